// Marks an interval of the program's execution for whoever emulates the machine and looks on: an instruction that no
// compiler emits and that changes nothing. Where nobody looks on, and on other architectures than powerpc, it does
// nothing.
#pragma once

namespace harness {

void MarkBegin();
void MarkEnd();

}  // namespace harness
