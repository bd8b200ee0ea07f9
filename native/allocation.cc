// The two deallocation functions that node-addon-api's virtual destructors refer to, so that the Release build needs
// no libstdc++, and one binary serves glibc and musl. Nothing here is ever allocated by operator new.

#include <cstddef>
#include <cstdlib>

// NOLINTNEXTLINE(cert-dcl54-cpp,misc-new-delete-overloads): there is no operator new, on purpose
void operator delete(void* pointer) noexcept { std::free(pointer); }
void operator delete(void* pointer, std::size_t) noexcept { std::free(pointer); }
