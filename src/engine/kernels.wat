;; The loops over all parameters that are not matrix products, four numbers at a time.
(module
  (import "engine" "memory" (memory 1))

  ;; AdamW (Loshchilov & Hutter 2019, alg. 2) on a stretch of numbers.
  ;; $p, $m, $v, $g: where in memory its parameters, first and second moments and gradients begin; $bytes of each.
  ;;   m = beta1 m + c1 g;  v = beta2 v + c2 g^2;  p = keep p - size m / (correction sqrt(v) + epsilon)
  (func (export "adamw") (param $bytes i32) (param $p i32) (param $m i32) (param $v i32) (param $g i32)
      (param $beta1 f32) (param $beta2 f32) (param $c1 f32) (param $c2 f32)
      (param $keep f32) (param $size f32) (param $correction f32) (param $epsilon f32)
    (local $end i32) (local $whole i32)
    (local $vbeta1 v128) (local $vbeta2 v128) (local $vc1 v128) (local $vc2 v128)
    (local $vkeep v128) (local $vsize v128) (local $vcorrection v128) (local $vepsilon v128)
    (local $gradient v128) (local $first v128) (local $second v128)
    (local $gradient1 f32) (local $first1 f32) (local $second1 f32)
    (local.set $end (i32.add (local.get $p) (local.get $bytes)))
    (local.set $whole (i32.add (local.get $p) (i32.and (local.get $bytes) (i32.const -16))))
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
        (br_if $done (i32.ge_u (local.get $p) (local.get $whole)))
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
        (br $next)))
    ;; fewer than four are left
    (block $done1
      (loop $next1
        (br_if $done1 (i32.ge_u (local.get $p) (local.get $end)))
        (local.set $gradient1 (f32.load (local.get $g)))
        (local.set $first1 (f32.add
          (f32.mul (local.get $beta1) (f32.load (local.get $m)))
          (f32.mul (local.get $c1) (local.get $gradient1))))
        (local.set $second1 (f32.add
          (f32.mul (local.get $beta2) (f32.load (local.get $v)))
          (f32.mul (f32.mul (local.get $c2) (local.get $gradient1)) (local.get $gradient1))))
        (f32.store (local.get $m) (local.get $first1))
        (f32.store (local.get $v) (local.get $second1))
        (f32.store (local.get $p) (f32.sub
          (f32.mul (local.get $keep) (f32.load (local.get $p)))
          (f32.div
            (f32.mul (local.get $size) (local.get $first1))
            (f32.add
              (f32.mul (local.get $correction) (f32.sqrt (local.get $second1)))
              (local.get $epsilon)))))
        (local.set $p (i32.add (local.get $p) (i32.const 4)))
        (local.set $m (i32.add (local.get $m) (i32.const 4)))
        (local.set $v (i32.add (local.get $v) (i32.const 4)))
        (local.set $g (i32.add (local.get $g) (i32.const 4)))
        (br $next1))))

  ;; $count AdamW steps without a gradient on a stretch of numbers: to the bit what "adamw" does with zeros, step by step.
  ;; $rates: where in memory the steps' keep, size and correction begin, twelve bytes a step.
  (func (export "adamw_idle") (param $bytes i32) (param $p i32) (param $m i32) (param $v i32)
      (param $rates i32) (param $count i32) (param $beta1 f32) (param $beta2 f32) (param $epsilon f32)
    (local $end i32) (local $whole i32) (local $rate i32) (local $last i32)
    (local $vbeta1 v128) (local $vbeta2 v128) (local $vepsilon v128)
    (local $parameter v128) (local $first v128) (local $second v128)
    (local $parameter1 f32) (local $first1 f32) (local $second1 f32)
    (local.set $end (i32.add (local.get $p) (local.get $bytes)))
    (local.set $whole (i32.add (local.get $p) (i32.and (local.get $bytes) (i32.const -16))))
    (local.set $last (i32.add (local.get $rates) (i32.mul (local.get $count) (i32.const 12))))
    (local.set $vbeta1 (f32x4.splat (local.get $beta1)))
    (local.set $vbeta2 (f32x4.splat (local.get $beta2)))
    (local.set $vepsilon (f32x4.splat (local.get $epsilon)))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $p) (local.get $whole)))
        (local.set $parameter (v128.load (local.get $p)))
        (local.set $first (v128.load (local.get $m)))
        (local.set $second (v128.load (local.get $v)))
        (local.set $rate (local.get $rates))
        (block $stepped
          (loop $step
            (br_if $stepped (i32.ge_u (local.get $rate) (local.get $last)))
            (local.set $first (f32x4.mul (local.get $vbeta1) (local.get $first)))
            (local.set $second (f32x4.mul (local.get $vbeta2) (local.get $second)))
            (local.set $parameter (f32x4.sub
              (f32x4.mul (v128.load32_splat (local.get $rate)) (local.get $parameter))
              (f32x4.div
                (f32x4.mul (v128.load32_splat offset=4 (local.get $rate)) (local.get $first))
                (f32x4.add
                  (f32x4.mul (v128.load32_splat offset=8 (local.get $rate)) (f32x4.sqrt (local.get $second)))
                  (local.get $vepsilon)))))
            (local.set $rate (i32.add (local.get $rate) (i32.const 12)))
            (br $step)))
        (v128.store (local.get $p) (local.get $parameter))
        (v128.store (local.get $m) (local.get $first))
        (v128.store (local.get $v) (local.get $second))
        (local.set $p (i32.add (local.get $p) (i32.const 16)))
        (local.set $m (i32.add (local.get $m) (i32.const 16)))
        (local.set $v (i32.add (local.get $v) (i32.const 16)))
        (br $next)))
    (block $done1
      (loop $next1
        (br_if $done1 (i32.ge_u (local.get $p) (local.get $end)))
        (local.set $parameter1 (f32.load (local.get $p)))
        (local.set $first1 (f32.load (local.get $m)))
        (local.set $second1 (f32.load (local.get $v)))
        (local.set $rate (local.get $rates))
        (block $stepped1
          (loop $step1
            (br_if $stepped1 (i32.ge_u (local.get $rate) (local.get $last)))
            (local.set $first1 (f32.mul (local.get $beta1) (local.get $first1)))
            (local.set $second1 (f32.mul (local.get $beta2) (local.get $second1)))
            (local.set $parameter1 (f32.sub
              (f32.mul (f32.load (local.get $rate)) (local.get $parameter1))
              (f32.div
                (f32.mul (f32.load offset=4 (local.get $rate)) (local.get $first1))
                (f32.add
                  (f32.mul (f32.load offset=8 (local.get $rate)) (f32.sqrt (local.get $second1)))
                  (local.get $epsilon)))))
            (local.set $rate (i32.add (local.get $rate) (i32.const 12)))
            (br $step1)))
        (f32.store (local.get $p) (local.get $parameter1))
        (f32.store (local.get $m) (local.get $first1))
        (f32.store (local.get $v) (local.get $second1))
        (local.set $p (i32.add (local.get $p) (i32.const 4)))
        (local.set $m (i32.add (local.get $m) (i32.const 4)))
        (local.set $v (i32.add (local.get $v) (i32.const 4)))
        (br $next1))))

  ;; The sum of squares of the numbers at $x, in float64.
  (func (export "sum_of_squares") (param $x i32) (param $bytes i32) (result f64)
    (local $end i32) (local $whole i32) (local $four v128) (local $low v128) (local $high v128)
    (local $rest f64) (local $one f64)
    (local.set $end (i32.add (local.get $x) (local.get $bytes)))
    (local.set $whole (i32.add (local.get $x) (i32.and (local.get $bytes) (i32.const -16))))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $x) (local.get $whole)))
        (local.set $four (v128.load (local.get $x)))
        (local.set $four (f32x4.mul (local.get $four) (local.get $four)))
        (local.set $low (f64x2.add (local.get $low) (f64x2.promote_low_f32x4 (local.get $four))))
        (local.set $high (f64x2.add (local.get $high) (f64x2.promote_low_f32x4
          (i8x16.shuffle 8 9 10 11 12 13 14 15 8 9 10 11 12 13 14 15 (local.get $four) (local.get $four)))))
        (local.set $x (i32.add (local.get $x) (i32.const 16)))
        (br $next)))
    (block $done1
      (loop $next1
        (br_if $done1 (i32.ge_u (local.get $x) (local.get $end)))
        (local.set $one (f64.promote_f32 (f32.load (local.get $x))))
        (local.set $rest (f64.add (local.get $rest) (f64.mul (local.get $one) (local.get $one))))
        (local.set $x (i32.add (local.get $x) (i32.const 4)))
        (br $next1)))
    (local.set $low (f64x2.add (local.get $low) (local.get $high)))
    (f64.add (local.get $rest)
      (f64.add (f64x2.extract_lane 0 (local.get $low)) (f64x2.extract_lane 1 (local.get $low)))))

  ;; Fills $bytes (a multiple of 32) at $x with $kept or 0: $kept where a draw of 16 bits is below $keep.
  ;; At $state, 64 bytes: four sfc32 generators (Doty-Humphrey, PractRand) side by side, their a, b, c and counters.
  (func (export "draw_mask") (param $x i32) (param $bytes i32) (param $state i32) (param $keep i32) (param $kept f32)
    (local $end i32) (local $a v128) (local $b v128) (local $c v128) (local $counter v128) (local $t v128)
    (local $vkeep v128) (local $vkept v128) (local $low v128) (local $ones v128)
    (local.set $end (i32.add (local.get $x) (local.get $bytes)))
    (local.set $a (v128.load (local.get $state)))
    (local.set $b (v128.load offset=16 (local.get $state)))
    (local.set $c (v128.load offset=32 (local.get $state)))
    (local.set $counter (v128.load offset=48 (local.get $state)))
    (local.set $vkeep (i32x4.splat (local.get $keep)))
    (local.set $vkept (f32x4.splat (local.get $kept)))
    (local.set $low (i32x4.splat (i32.const 0xffff)))
    (local.set $ones (i32x4.splat (i32.const 1)))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $x) (local.get $end)))
        (local.set $t (i32x4.add (i32x4.add (local.get $a) (local.get $b)) (local.get $counter)))
        (local.set $counter (i32x4.add (local.get $counter) (local.get $ones)))
        (local.set $a (v128.xor (local.get $b) (i32x4.shr_u (local.get $b) (i32.const 9))))
        (local.set $b (i32x4.add (local.get $c) (i32x4.shl (local.get $c) (i32.const 3))))
        (local.set $c (i32x4.add
          (v128.or (i32x4.shl (local.get $c) (i32.const 21)) (i32x4.shr_u (local.get $c) (i32.const 11)))
          (local.get $t)))
        (v128.store (local.get $x) (v128.and (local.get $vkept)
          (i32x4.lt_s (v128.and (local.get $t) (local.get $low)) (local.get $vkeep))))
        (v128.store offset=16 (local.get $x) (v128.and (local.get $vkept)
          (i32x4.lt_s (i32x4.shr_u (local.get $t) (i32.const 16)) (local.get $vkeep))))
        (local.set $x (i32.add (local.get $x) (i32.const 32)))
        (br $next)))
    (v128.store (local.get $state) (local.get $a))
    (v128.store offset=16 (local.get $state) (local.get $b))
    (v128.store offset=32 (local.get $state) (local.get $c))
    (v128.store offset=48 (local.get $state) (local.get $counter))))
