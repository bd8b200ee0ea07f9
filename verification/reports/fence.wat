(module
  (memory 1 1 shared)
  (func (export "both") (param $x i32) (param $y i32) (result i32)
    (i32.store (local.get $x) (i32.const 1))
    (atomic.fence)
    (i32.load (local.get $y))))
