/* What stores do: `load`, `store`, `store_atomic`, `compare_and_swap`, and what moves by itself. */
#ifdef POWER
#include "power.pml"
#else
#include "buffers.pml"
#endif
