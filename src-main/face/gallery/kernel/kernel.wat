;; The inner loops of the gallery's search. Compiled into kernelBytes.ts by `node tests/kernel/compile.ts`.
;;
;; relaxed_dot is exact here: one operand holds 0..127, so neither the sign of its top bit nor a saturating pair of
;; products (at most 2 * 128 * 127 < 32768) can differ between machines (WebAssembly relaxed SIMD, i8x16_i7x16).
(module
  (import "gallery" "memory" (memory 1 65536 shared))

  ;; out[r] = sum over i of rows[r][i] * probe[i], as i32.
  ;; $probe: $stride bytes, each 0..127; $rows: $count rows of $stride int8; $stride: a multiple of 64.
  (func (export "dots")
    (param $probe i32) (param $rows i32) (param $count i32) (param $stride i32) (param $out i32)
    (local $rowEnd i32) (local $value i32)
    (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (block $done
      (loop $nextRow
        (br_if $done (i32.eqz (local.get $count)))
        (local.set $rowEnd (i32.add (local.get $rows) (local.get $stride)))
        (local.set $value (local.get $probe))
        (local.set $a (v128.const i32x4 0 0 0 0))
        (local.set $b (v128.const i32x4 0 0 0 0))
        (local.set $c (v128.const i32x4 0 0 0 0))
        (local.set $d (v128.const i32x4 0 0 0 0))
        (loop $next64
          (local.set $a (i32x4.relaxed_dot_i8x16_i7x16_add_s
            (v128.load (local.get $rows)) (v128.load (local.get $value)) (local.get $a)))
          (local.set $b (i32x4.relaxed_dot_i8x16_i7x16_add_s
            (v128.load offset=16 (local.get $rows)) (v128.load offset=16 (local.get $value)) (local.get $b)))
          (local.set $c (i32x4.relaxed_dot_i8x16_i7x16_add_s
            (v128.load offset=32 (local.get $rows)) (v128.load offset=32 (local.get $value)) (local.get $c)))
          (local.set $d (i32x4.relaxed_dot_i8x16_i7x16_add_s
            (v128.load offset=48 (local.get $rows)) (v128.load offset=48 (local.get $value)) (local.get $d)))
          (local.set $rows (i32.add (local.get $rows) (i32.const 64)))
          (local.set $value (i32.add (local.get $value) (i32.const 64)))
          (br_if $next64 (i32.ne (local.get $rows) (local.get $rowEnd))))
        (local.set $a (i32x4.add
          (i32x4.add (local.get $a) (local.get $b)) (i32x4.add (local.get $c) (local.get $d))))
        (i32.store (local.get $out)
          (i32.add
            (i32.add (i32x4.extract_lane 0 (local.get $a)) (i32x4.extract_lane 1 (local.get $a)))
            (i32.add (i32x4.extract_lane 2 (local.get $a)) (i32x4.extract_lane 3 (local.get $a)))))
        (local.set $out (i32.add (local.get $out) (i32.const 4)))
        (local.set $count (i32.sub (local.get $count) (i32.const 1)))
        (br $nextRow))))

  ;; Which rows may still have a comparison score of at least $floor:
  ;;   (dots[r] + offsets[r]) * scales[r] * $probeScale + errors[r] * $errorWeight + $margin >= $floor
  ;; Writes their numbers (counted from $first) to $out, in order, and returns how many they are.
  ;; The arrays are read four rows at a time, up to three past $count; those are not reported.
  (func (export "select")
    (param $dots i32) (param $scales i32) (param $offsets i32) (param $errors i32)
    (param $first i32) (param $count i32)
    (param $probeScale f32) (param $errorWeight f32) (param $margin f32) (param $floor f32)
    (param $out i32) (result i32)
    (local $end i32) (local $mask i32) (local $begin i32) (local $row i32)
    (local.set $begin (local.get $out))
    (local.set $end (i32.add (local.get $first) (local.get $count)))
    (block $done
      (loop $nextFour
        (br_if $done (i32.ge_u (local.get $first) (local.get $end)))
        (local.set $mask
          (i32x4.bitmask
            (f32x4.ge
              (f32x4.add
                (f32x4.add
                  (f32x4.mul
                    (f32x4.mul
                      (f32x4.convert_i32x4_s
                        (i32x4.add (v128.load (local.get $dots)) (v128.load (local.get $offsets))))
                      (v128.load (local.get $scales)))
                    (f32x4.splat (local.get $probeScale)))
                  (f32x4.mul (v128.load (local.get $errors)) (f32x4.splat (local.get $errorWeight))))
                (f32x4.splat (local.get $margin)))
              (f32x4.splat (local.get $floor)))))
        (block $noMore
          (loop $nextBit
            (br_if $noMore (i32.eqz (local.get $mask)))
            (local.set $row (i32.add (local.get $first) (i32.ctz (local.get $mask))))
            (br_if $noMore (i32.ge_u (local.get $row) (local.get $end)))
            (i32.store (local.get $out) (local.get $row))
            (local.set $out (i32.add (local.get $out) (i32.const 4)))
            (local.set $mask (i32.and (local.get $mask) (i32.sub (local.get $mask) (i32.const 1))))
            (br $nextBit)))
        (local.set $dots (i32.add (local.get $dots) (i32.const 16)))
        (local.set $scales (i32.add (local.get $scales) (i32.const 16)))
        (local.set $offsets (i32.add (local.get $offsets) (i32.const 16)))
        (local.set $errors (i32.add (local.get $errors) (i32.const 16)))
        (local.set $first (i32.add (local.get $first) (i32.const 4)))
        (br $nextFour)))
    (i32.shr_u (i32.sub (local.get $out) (local.get $begin)) (i32.const 2)))

  ;; sum over i of (high[i] * 65536 + low[i]) * probe[i]; every product is exact in float64.
  ;; $high: $stride int8; $low: $stride int16; $probe: $stride float64; $stride: a multiple of 64.
  (func (export "score") (param $high i32) (param $low i32) (param $probe i32) (param $stride i32) (result f64)
    (local $end i32) (local $highs v128) (local $lows v128) (local $value v128)
    (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (local.set $end (i32.add (local.get $high) (local.get $stride)))
    (loop $nextEight
      (local.set $highs (v128.load8x8_s (local.get $high)))
      (local.set $lows (v128.load (local.get $low)))
      (local.set $value (i32x4.add
        (i32x4.shl (i32x4.extend_low_i16x8_s (local.get $highs)) (i32.const 16))
        (i32x4.extend_low_i16x8_s (local.get $lows))))
      (local.set $a (f64x2.add (local.get $a)
        (f64x2.mul (f64x2.convert_low_i32x4_s (local.get $value)) (v128.load (local.get $probe)))))
      (local.set $b (f64x2.add (local.get $b)
        (f64x2.mul
          (f64x2.convert_low_i32x4_s (i8x16.shuffle 8 9 10 11 12 13 14 15 8 9 10 11 12 13 14 15
            (local.get $value) (local.get $value)))
          (v128.load offset=16 (local.get $probe)))))
      (local.set $value (i32x4.add
        (i32x4.shl (i32x4.extend_high_i16x8_s (local.get $highs)) (i32.const 16))
        (i32x4.extend_high_i16x8_s (local.get $lows))))
      (local.set $c (f64x2.add (local.get $c)
        (f64x2.mul (f64x2.convert_low_i32x4_s (local.get $value)) (v128.load offset=32 (local.get $probe)))))
      (local.set $d (f64x2.add (local.get $d)
        (f64x2.mul
          (f64x2.convert_low_i32x4_s (i8x16.shuffle 8 9 10 11 12 13 14 15 8 9 10 11 12 13 14 15
            (local.get $value) (local.get $value)))
          (v128.load offset=48 (local.get $probe)))))
      (local.set $high (i32.add (local.get $high) (i32.const 8)))
      (local.set $low (i32.add (local.get $low) (i32.const 16)))
      (local.set $probe (i32.add (local.get $probe) (i32.const 64)))
      (br_if $nextEight (i32.ne (local.get $high) (local.get $end))))
    (local.set $a (f64x2.add
      (f64x2.add (local.get $a) (local.get $b)) (f64x2.add (local.get $c) (local.get $d))))
    (f64.add (f64x2.extract_lane 0 (local.get $a)) (f64x2.extract_lane 1 (local.get $a)))))
