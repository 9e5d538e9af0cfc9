;; AdamW (Loshchilov & Hutter 2019, alg. 2) on one block of numbers, four at a time.
;; $p, $m, $v, $g: where in memory its parameters, first and second moments and gradients begin; $bytes of each.
;;   m = beta1 m + c1 g;  v = beta2 v + c2 g^2;  p = keep p - size m / (correction sqrt(v) + epsilon)
(module
  (import "engine" "memory" (memory 1))
  (func (export "step") (param $bytes i32) (param $p i32) (param $m i32) (param $v i32) (param $g i32)
      (param $beta1 f32) (param $beta2 f32) (param $c1 f32) (param $c2 f32)
      (param $keep f32) (param $size f32) (param $correction f32) (param $epsilon f32)
    (local $end i32)
    (local $vbeta1 v128) (local $vbeta2 v128) (local $vc1 v128) (local $vc2 v128)
    (local $vkeep v128) (local $vsize v128) (local $vcorrection v128) (local $vepsilon v128)
    (local $gradient v128) (local $first v128) (local $second v128)
    (local.set $end (i32.add (local.get $p) (local.get $bytes)))
    (local.set $vbeta1 (f32x4.splat (local.get $beta1)))
    (local.set $vbeta2 (f32x4.splat (local.get $beta2)))
    (local.set $vc1 (f32x4.splat (local.get $c1)))
    (local.set $vc2 (f32x4.splat (local.get $c2)))
    (local.set $vkeep (f32x4.splat (local.get $keep)))
    (local.set $vsize (f32x4.splat (local.get $size)))
    (local.set $vcorrection (f32x4.splat (local.get $correction)))
    (local.set $vepsilon (f32x4.splat (local.get $epsilon)))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $p) (local.get $end)))
        (local.set $gradient (v128.load (local.get $g)))
        (local.set $first (f32x4.add
          (f32x4.mul (local.get $vbeta1) (v128.load (local.get $m)))
          (f32x4.mul (local.get $vc1) (local.get $gradient))))
        (local.set $second (f32x4.add
          (f32x4.mul (local.get $vbeta2) (v128.load (local.get $v)))
          (f32x4.mul (f32x4.mul (local.get $vc2) (local.get $gradient)) (local.get $gradient))))
        (v128.store (local.get $m) (local.get $first))
        (v128.store (local.get $v) (local.get $second))
        (v128.store (local.get $p) (f32x4.sub
          (f32x4.mul (local.get $vkeep) (v128.load (local.get $p)))
          (f32x4.div
            (f32x4.mul (local.get $vsize) (local.get $first))
            (f32x4.add
              (f32x4.mul (local.get $vcorrection) (f32x4.sqrt (local.get $second)))
              (local.get $vepsilon)))))
        (local.set $p (i32.add (local.get $p) (i32.const 16)))
        (local.set $m (i32.add (local.get $m) (i32.const 16)))
        (local.set $v (i32.add (local.get $v) (i32.const 16)))
        (local.set $g (i32.add (local.get $g) (i32.const 16)))
        (br $next)))))
