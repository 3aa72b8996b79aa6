;; The pixel loops of the face engine. Compiled into imageBytes.ts by `node tests/kernel/compile.ts`.
;;
;; A picture is rows top to bottom, interleaved, 8 bits a channel, 3 (RGB) or 4 (RGBA) channels; up to 16 bytes past its
;; end are read, and never count. A plane is a row-major array of f32. Pixel centres are at whole numbers.
(module
  (memory (export "memory") 1)

  ;; Resamples a picture into three planes: output pixel (u, v) is the mean of $taps * $taps bilinear samples around
  ;; (a*u + b*v + c, d*u + e*v + f), spread over its footprint, edges repeated; then times $gain, less $offset.
  ;; $gain holds 1 / ($taps * $taps). $width and $height: 1 or more. What lies below and right of the picture is read
  ;; with a weight of zero: a row and 16 bytes past its end must be there. Places and weights are whole 1/16384ths of a
  ;; pixel: less than 0.05 grey values off. $width and $height: at most 131,071.
  (func (export "sample")
    (param $picture i32) (param $width i32) (param $height i32) (param $channels i32)
    (param $a f32) (param $b f32) (param $c f32) (param $d f32) (param $e f32) (param $f f32)
    (param $outWidth i32) (param $outHeight i32) (param $taps i32) (param $gain f32) (param $offset f32)
    (param $red i32) (param $green i32) (param $blue i32)
    (local $u i32) (local $v i32) (local $i i32) (local $j i32) (local $stride i32)
    (local $at i32) (local $x i32) (local $y i32) (local $both i32)
    (local $across v128) (local $down v128) (local $origin v128) (local $limit v128)
    (local $corner v128) (local $row v128) (local $place v128)
    (local $sum v128) (local $pairs v128) (local $gains v128) (local $step f32) (local $half f32)
    (local.set $stride (i32.mul (local.get $width) (local.get $channels)))
    ;; A pixel and its right neighbour, colour by colour, as 16 bits each.
    (local.set $pairs
      (if (result v128) (i32.eq (local.get $channels) (i32.const 4))
        (then (v128.const i8x16 0 -1 4 -1 1 -1 5 -1 2 -1 6 -1 3 -1 7 -1))
        (else (v128.const i8x16 0 -1 3 -1 1 -1 4 -1 2 -1 5 -1 -1 -1 -1 -1))))
    (local.set $gains (f32x4.splat (f32.div (local.get $gain) (f32.const 16384))))
    ;; Places are pairs (x, y) in the first two lanes.
    (local.set $limit (f32x4.replace_lane 1
      (f32x4.splat (f32.convert_i32_s (i32.sub (local.get $width) (i32.const 1))))
      (f32.convert_i32_s (i32.sub (local.get $height) (i32.const 1)))))
    (local.set $across (f32x4.replace_lane 1 (f32x4.splat (local.get $a)) (local.get $d)))
    (local.set $down (f32x4.replace_lane 1 (f32x4.splat (local.get $b)) (local.get $e)))
    (local.set $origin (f32x4.replace_lane 1 (f32x4.splat (local.get $c)) (local.get $f)))
    (local.set $step (f32.div (f32.const 1) (f32.convert_i32_s (local.get $taps))))
    (local.set $half (f32.sub (f32.mul (local.get $step) (f32.const 0.5)) (f32.const 0.5)))
    ;; The first sample of an output pixel, seen from the pixel's centre.
    (local.set $origin (f32x4.add (local.get $origin)
      (f32x4.mul (f32x4.splat (local.get $half)) (f32x4.add (local.get $across) (local.get $down)))))
    (loop $nextRow
      (local.set $u (i32.const 0))
      (loop $nextPixel
        (local.set $corner (f32x4.add (local.get $origin)
          (f32x4.add
            (f32x4.mul (local.get $across) (f32x4.splat (f32.convert_i32_s (local.get $u))))
            (f32x4.mul (local.get $down) (f32x4.splat (f32.convert_i32_s (local.get $v)))))))
        (local.set $sum (v128.const i32x4 0 0 0 0))
        (local.set $j (i32.const 0))
        (loop $nextTapRow
          (local.set $row (f32x4.add (local.get $corner)
            (f32x4.mul (local.get $down)
              (f32x4.splat (f32.mul (local.get $step) (f32.convert_i32_s (local.get $j)))))))
          (local.set $i (i32.const 0))
          (loop $nextTap
            (local.set $place (f32x4.add (local.get $row)
              (f32x4.mul (local.get $across)
                (f32x4.splat (f32.mul (local.get $step) (f32.convert_i32_s (local.get $i)))))))
            ;; In this order a place that is not a number becomes the first pixel.
            (local.set $place (f32x4.pmin (local.get $limit)
              (f32x4.pmax (v128.const i32x4 0 0 0 0) (local.get $place))))
            (local.set $place (i32x4.relaxed_trunc_f32x4_s
              (f32x4.mul (local.get $place) (v128.const f32x4 16384 16384 16384 16384))))
            (local.set $x (i32x4.extract_lane 0 (local.get $place)))
            (local.set $y (i32x4.extract_lane 1 (local.get $place)))
            (local.set $at (i32.add (local.get $picture)
              (i32.add (i32.mul (i32.shr_u (local.get $y) (i32.const 14)) (local.get $stride))
                (i32.mul (i32.shr_u (local.get $x) (i32.const 14)) (local.get $channels)))))
            (local.set $x (i32.and (local.get $x) (i32.const 16383)))
            (local.set $y (i32.and (local.get $y) (i32.const 16383)))
            (local.set $both (i32.shr_u (i32.mul (local.get $x) (local.get $y)) (i32.const 14)))
            (local.set $sum (i32x4.add (local.get $sum)
              (i32x4.add
                (i32x4.dot_i16x8_s
                  (i8x16.relaxed_swizzle (v128.load64_zero (local.get $at)) (local.get $pairs))
                  (i32x4.splat (i32.or
                    (i32.sub (i32.const 16384) (i32.sub (i32.add (local.get $x) (local.get $y)) (local.get $both)))
                    (i32.shl (i32.sub (local.get $x) (local.get $both)) (i32.const 16)))))
                (i32x4.dot_i16x8_s
                  (i8x16.relaxed_swizzle (v128.load64_zero (i32.add (local.get $at) (local.get $stride)))
                    (local.get $pairs))
                  (i32x4.splat (i32.or
                    (i32.sub (local.get $y) (local.get $both))
                    (i32.shl (local.get $both) (i32.const 16))))))))
            (local.set $i (i32.add (local.get $i) (i32.const 1)))
            (br_if $nextTap (i32.lt_s (local.get $i) (local.get $taps))))
          (local.set $j (i32.add (local.get $j) (i32.const 1)))
          (br_if $nextTapRow (i32.lt_s (local.get $j) (local.get $taps))))
        (local.set $sum (f32x4.sub
          (f32x4.mul (f32x4.convert_i32x4_s (local.get $sum)) (local.get $gains)) (f32x4.splat (local.get $offset))))
        (f32.store (local.get $red) (f32x4.extract_lane 0 (local.get $sum)))
        (f32.store (local.get $green) (f32x4.extract_lane 1 (local.get $sum)))
        (f32.store (local.get $blue) (f32x4.extract_lane 2 (local.get $sum)))
        (local.set $red (i32.add (local.get $red) (i32.const 4)))
        (local.set $green (i32.add (local.get $green) (i32.const 4)))
        (local.set $blue (i32.add (local.get $blue) (i32.const 4)))
        (local.set $u (i32.add (local.get $u) (i32.const 1)))
        (br_if $nextPixel (i32.lt_s (local.get $u) (local.get $outWidth))))
      (local.set $v (i32.add (local.get $v) (i32.const 1)))
      (br_if $nextRow (i32.lt_s (local.get $v) (local.get $outHeight)))))

  ;; Shrinks a whole picture into three planes: each output pixel is the mean of the area it covers, partly covered
  ;; pixels weighed by their share; then times $gain, less $offset. $gain holds 1 / ($scaleX * $scaleY), the source
  ;; pixels to an output pixel, each 1 or more. $line: room for $width * $channels + 16 f32.
  (func (export "shrink")
    (param $picture i32) (param $width i32) (param $height i32) (param $channels i32)
    (param $scaleX f32) (param $scaleY f32) (param $outWidth i32) (param $outHeight i32)
    (param $gain f32) (param $offset f32)
    (param $red i32) (param $green i32) (param $blue i32) (param $line i32)
    (local $u i32) (local $v i32) (local $y i32) (local $from f32) (local $to f32) (local $stride i32)
    (local $at i32) (local $rowEnd i32) (local $sums i32) (local $x i32) (local $last i32)
    (local $bytes v128) (local $words v128) (local $weight v128) (local $sum v128)
    (local.set $stride (i32.mul (local.get $width) (local.get $channels)))
    (loop $nextRow
      (memory.fill (local.get $line) (i32.const 0) (i32.mul (local.get $stride) (i32.const 4)))
      (local.set $from (f32.mul (f32.convert_i32_s (local.get $v)) (local.get $scaleY)))
      (local.set $to (f32.add (local.get $from) (local.get $scaleY)))
      (local.set $y (i32.trunc_sat_f32_s (local.get $from)))
      (block $rowsDone
        (loop $nextSource
          (br_if $rowsDone (i32.ge_s (local.get $y) (local.get $height)))
          (br_if $rowsDone (f32.ge (f32.convert_i32_s (local.get $y)) (local.get $to)))
          (local.set $weight (f32x4.splat (call $share (local.get $y) (local.get $from) (local.get $to))))
          (local.set $at (i32.add (local.get $picture) (i32.mul (local.get $y) (local.get $stride))))
          (local.set $rowEnd (i32.add (local.get $at) (local.get $stride)))
          (local.set $sums (local.get $line))
          (loop $next16
            (local.set $bytes (v128.load (local.get $at)))
            (local.set $words (i16x8.extend_low_i8x16_u (local.get $bytes)))
            (v128.store (local.get $sums) (f32x4.add (v128.load (local.get $sums))
              (f32x4.mul (local.get $weight) (f32x4.convert_i32x4_u (i32x4.extend_low_i16x8_u (local.get $words))))))
            (v128.store offset=16 (local.get $sums) (f32x4.add (v128.load offset=16 (local.get $sums))
              (f32x4.mul (local.get $weight) (f32x4.convert_i32x4_u (i32x4.extend_high_i16x8_u (local.get $words))))))
            (local.set $words (i16x8.extend_high_i8x16_u (local.get $bytes)))
            (v128.store offset=32 (local.get $sums) (f32x4.add (v128.load offset=32 (local.get $sums))
              (f32x4.mul (local.get $weight) (f32x4.convert_i32x4_u (i32x4.extend_low_i16x8_u (local.get $words))))))
            (v128.store offset=48 (local.get $sums) (f32x4.add (v128.load offset=48 (local.get $sums))
              (f32x4.mul (local.get $weight) (f32x4.convert_i32x4_u (i32x4.extend_high_i16x8_u (local.get $words))))))
            (local.set $at (i32.add (local.get $at) (i32.const 16)))
            (local.set $sums (i32.add (local.get $sums) (i32.const 64)))
            (br_if $next16 (i32.lt_u (local.get $at) (local.get $rowEnd))))
          (local.set $y (i32.add (local.get $y) (i32.const 1)))
          (br $nextSource)))
      (local.set $u (i32.const 0))
      (loop $nextPixel
        (local.set $from (f32.mul (f32.convert_i32_s (local.get $u)) (local.get $scaleX)))
        (local.set $to (f32.add (local.get $from) (local.get $scaleX)))
        (local.set $x (i32.trunc_sat_f32_s (local.get $from)))
        (local.set $sum (v128.const i32x4 0 0 0 0))
        (block $columnsDone
          (loop $nextColumn
            (br_if $columnsDone (i32.ge_s (local.get $x) (local.get $width)))
            (br_if $columnsDone (f32.ge (f32.convert_i32_s (local.get $x)) (local.get $to)))
            (local.set $sum (f32x4.add (local.get $sum) (f32x4.mul
              (f32x4.splat (call $share (local.get $x) (local.get $from) (local.get $to)))
              (v128.load (i32.add (local.get $line)
                (i32.mul (i32.mul (local.get $x) (local.get $channels)) (i32.const 4)))))))
            (local.set $x (i32.add (local.get $x) (i32.const 1)))
            (br $nextColumn)))
        (local.set $sum (f32x4.sub
          (f32x4.mul (local.get $sum) (f32x4.splat (local.get $gain))) (f32x4.splat (local.get $offset))))
        (f32.store (local.get $red) (f32x4.extract_lane 0 (local.get $sum)))
        (f32.store (local.get $green) (f32x4.extract_lane 1 (local.get $sum)))
        (f32.store (local.get $blue) (f32x4.extract_lane 2 (local.get $sum)))
        (local.set $red (i32.add (local.get $red) (i32.const 4)))
        (local.set $green (i32.add (local.get $green) (i32.const 4)))
        (local.set $blue (i32.add (local.get $blue) (i32.const 4)))
        (local.set $u (i32.add (local.get $u) (i32.const 1)))
        (br_if $nextPixel (i32.lt_s (local.get $u) (local.get $outWidth))))
      (local.set $v (i32.add (local.get $v) (i32.const 1)))
      (br_if $nextRow (i32.lt_s (local.get $v) (local.get $outHeight)))))

  ;; The same for whole numbers of source pixels to an output pixel, an even number of them across and at most 128 in
  ;; all: sums of bytes then fit 16 bits, no pixel is shared, and neighbours are added first. $line: room for
  ;; $width * 2 + 16 u16.
  (func (export "shrinkWhole")
    (param $picture i32) (param $width i32) (param $channels i32)
    (param $scaleX i32) (param $scaleY i32) (param $outWidth i32) (param $outHeight i32)
    (param $gain f32) (param $offset f32)
    (param $red i32) (param $green i32) (param $blue i32) (param $line i32)
    (local $u i32) (local $v i32) (local $stride i32) (local $row i32) (local $rowsEnd i32)
    (local $at i32) (local $i i32) (local $x i32) (local $step i32) (local $sums i32)
    (local $sum v128) (local $pixel v128) (local $pairs v128)
    (local.set $stride (i32.mul (local.get $width) (local.get $channels)))
    (local.set $step (i32.mul (local.get $channels) (i32.const 4)))
    (local.set $pairs (call $pairsOfFour (local.get $channels)))
    (local.set $row (local.get $picture))
    (loop $nextRow
      (local.set $rowsEnd (i32.add (local.get $row) (i32.mul (local.get $scaleY) (local.get $stride))))
      (local.set $i (i32.const 0))
      (local.set $sums (local.get $line))
      (loop $next4
        (local.set $pixel (v128.const i32x4 0 0 0 0))
        (local.set $at (i32.add (local.get $row) (local.get $i)))
        (loop $nextSource
          (local.set $pixel (i16x8.add (local.get $pixel) (i16x8.extadd_pairwise_i8x16_u
            (i8x16.relaxed_swizzle (v128.load (local.get $at)) (local.get $pairs)))))
          (local.set $at (i32.add (local.get $at) (local.get $stride)))
          (br_if $nextSource (i32.lt_u (local.get $at) (local.get $rowsEnd))))
        (v128.store (local.get $sums) (local.get $pixel))
        (local.set $sums (i32.add (local.get $sums) (i32.const 16)))
        (local.set $i (i32.add (local.get $i) (local.get $step)))
        (br_if $next4 (i32.lt_u (local.get $i) (local.get $stride))))
      (local.set $row (local.get $rowsEnd))
      (local.set $at (local.get $line))
      (local.set $u (i32.const 0))
      (loop $nextPixel
        (local.set $pixel (v128.const i32x4 0 0 0 0))
        (local.set $x (i32.const 0))
        (loop $nextPair
          (local.set $pixel (i16x8.add (local.get $pixel) (v128.load64_zero (local.get $at))))
          (local.set $at (i32.add (local.get $at) (i32.const 8)))
          (local.set $x (i32.add (local.get $x) (i32.const 2)))
          (br_if $nextPair (i32.lt_s (local.get $x) (local.get $scaleX))))
        (local.set $sum (f32x4.sub
          (f32x4.mul (f32x4.convert_i32x4_u (i32x4.extend_low_i16x8_u (local.get $pixel)))
            (f32x4.splat (local.get $gain)))
          (f32x4.splat (local.get $offset))))
        (f32.store (local.get $red) (f32x4.extract_lane 0 (local.get $sum)))
        (f32.store (local.get $green) (f32x4.extract_lane 1 (local.get $sum)))
        (f32.store (local.get $blue) (f32x4.extract_lane 2 (local.get $sum)))
        (local.set $red (i32.add (local.get $red) (i32.const 4)))
        (local.set $green (i32.add (local.get $green) (i32.const 4)))
        (local.set $blue (i32.add (local.get $blue) (i32.const 4)))
        (local.set $u (i32.add (local.get $u) (i32.const 1)))
        (br_if $nextPixel (i32.lt_s (local.get $u) (local.get $outWidth))))
      (local.set $v (i32.add (local.get $v) (i32.const 1)))
      (br_if $nextRow (i32.lt_s (local.get $v) (local.get $outHeight)))))

  ;; Halves a part of a picture into an RGBA picture: each output pixel is the rounded mean of 2 * 2. $at: the part's
  ;; first pixel, $stride: bytes from row to row. $outWidth: even.
  (func (export "halve")
    (param $at i32) (param $stride i32) (param $channels i32) (param $outWidth i32) (param $outHeight i32)
    (param $out i32)
    (local $row i32) (local $rowEnd i32) (local $step i32) (local $pairs v128) (local $sum v128)
    (local.set $pairs (call $pairsOfFour (local.get $channels)))
    (local.set $step (i32.mul (local.get $channels) (i32.const 4)))
    (loop $nextRow
      (local.set $row (local.get $at))
      (local.set $rowEnd (i32.add (local.get $out) (i32.mul (local.get $outWidth) (i32.const 4))))
      (loop $next2
        (local.set $sum (i16x8.add
          (i16x8.extadd_pairwise_i8x16_u
            (i8x16.relaxed_swizzle (v128.load (local.get $row)) (local.get $pairs)))
          (i16x8.extadd_pairwise_i8x16_u
            (i8x16.relaxed_swizzle (v128.load (i32.add (local.get $row) (local.get $stride))) (local.get $pairs)))))
        (local.set $sum (i16x8.shr_u
          (i16x8.add (local.get $sum) (v128.const i16x8 2 2 2 2 2 2 2 2)) (i32.const 2)))
        (v128.store64_lane 0 (local.get $out) (i8x16.narrow_i16x8_u (local.get $sum) (local.get $sum)))
        (local.set $row (i32.add (local.get $row) (local.get $step)))
        (local.set $out (i32.add (local.get $out) (i32.const 8)))
        (br_if $next2 (i32.lt_u (local.get $out) (local.get $rowEnd))))
      (local.set $at (i32.add (local.get $at) (i32.mul (local.get $stride) (i32.const 2))))
      (local.set $outHeight (i32.sub (local.get $outHeight) (i32.const 1)))
      (br_if $nextRow (i32.gt_s (local.get $outHeight) (i32.const 0)))))

  ;; Where four pixels' bytes go so that each colour of a pixel lies beside its right neighbour's; no fourth colour is 0.
  (func $pairsOfFour (param $channels i32) (result v128)
    (if (result v128) (i32.eq (local.get $channels) (i32.const 4))
      (then (v128.const i8x16 0 4 1 5 2 6 3 7 8 12 9 13 10 14 11 15))
      (else (v128.const i8x16 0 3 1 4 2 5 -1 -1 6 9 7 10 8 11 -1 -1))))

  ;; How much of source pixel $at lies between $from and $to, 0..1.
  (func $share (param $at i32) (param $from f32) (param $to f32) (result f32)
    (f32.sub
      (f32.min (local.get $to) (f32.convert_i32_s (i32.add (local.get $at) (i32.const 1))))
      (f32.max (local.get $from) (f32.convert_i32_s (local.get $at)))))

  ;; $out = ((0.299 * red + 0.587 * green + 0.114 * blue) + $add) * $times: Rec. 601 luma of three planes.
  ;; $out may be one of the planes. Four at a time: up to three values past $count are written.
  (func (export "luma")
    (param $red i32) (param $green i32) (param $blue i32) (param $out i32) (param $count i32)
    (param $add f32) (param $times f32)
    (local $i i32) (local $end i32)
    (local.set $end (i32.mul (local.get $count) (i32.const 4)))
    (loop $next4
      (v128.store (i32.add (local.get $out) (local.get $i))
        (f32x4.mul (f32x4.splat (local.get $times))
          (f32x4.add (f32x4.splat (local.get $add))
            (f32x4.add
              (f32x4.mul (f32x4.splat (f32.const 0.299)) (v128.load (i32.add (local.get $red) (local.get $i))))
              (f32x4.add
                (f32x4.mul (f32x4.splat (f32.const 0.587)) (v128.load (i32.add (local.get $green) (local.get $i))))
                (f32x4.mul (f32x4.splat (f32.const 0.114))
                  (v128.load (i32.add (local.get $blue) (local.get $i)))))))))
      (local.set $i (i32.add (local.get $i) (i32.const 16)))
      (br_if $next4 (i32.lt_u (local.get $i) (local.get $end))))))
