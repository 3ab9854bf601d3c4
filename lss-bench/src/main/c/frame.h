// SPDX-License-Identifier: Apache-2.0
// The store's bytes as docs/FORMAT.md draws them: CRC32C, segment header, flush unit, frame; and a walk that checks them. x86-64 only.
// A log is one file here, of `places` places of a segment's size; segment n is in place (n - 1) % places.
#include <immintrin.h>
#include <stdint.h>
#include <string.h>

#define BLOCK 4096
#define UNIT 64
#define FRAME 16
#define STAMP_BITS 40 // a record begins with thread << STAMP_BITS | number of the record, of that thread

/* ---------- CRC32C ----------
 * The instruction takes three cycles and can begin in each: input is cut in three parts that go side by side. Moving a checksum over n zero
 * bytes is a multiplication by x^(8n); the instruction itself multiplies by x^32 and reduces, and the carry-less product has one x too
 * many, so the factor kept is x^(8n - 33). */
#define PART 1024
static uint64_t factor[2 * PART / 8 + 1];

static uint32_t crc_over_zeros(uint32_t c, long n) {
  for (long i = 0; i < n; i++) c = _mm_crc32_u8(c, 0);
  return c;
}
static void crc_init(void) {
  for (long n = 8; n <= 2 * PART; n += 8) factor[n / 8] = crc_over_zeros(1u << 24, n - 5); // 1 << 24 is x^7
}
static inline uint64_t times(uint64_t c, long n) {
  return _mm_cvtsi128_si64(_mm_clmulepi64_si128(_mm_cvtsi64_si128(c), _mm_cvtsi64_si128(factor[n / 8]), 0));
}
static inline uint64_t load(const char *p) { uint64_t v; memcpy(&v, p, 8); return v; }

/* The running checksum c (not inverted), continued over l bytes. */
static inline uint64_t crc_more(uint64_t c, const char *p, long l) {
  while (l >= 96) {
    long k = l < 3 * PART ? l / 24 * 8 : PART;
    uint64_t d = 0, e = 0;
    for (const char *end = p + k; p < end; p += 8) {
      c = _mm_crc32_u64(c, load(p)); d = _mm_crc32_u64(d, load(p + k)); e = _mm_crc32_u64(e, load(p + 2 * k));
    }
    c = _mm_crc32_u64(0, times(c, 2 * k) ^ times(d, k)) ^ e;
    p += 2 * k; l -= 3 * k;
  }
  for (; l >= 8; l -= 8, p += 8) c = _mm_crc32_u64(c, load(p));
  for (; l > 0; l--, p++) c = _mm_crc32_u8((uint32_t)c, *p);
  return c;
}
static uint32_t crc32c(const char *p, long l) { return ~(uint32_t)crc_more(~0u, p, l); }

/* ---------- segments ---------- */
static uint64_t seg = 64ull << 20; // a power of two
static uint64_t places = 1, salt_of_run, predecessor_end, stable_lsn;

static inline uint64_t mix(uint64_t x) {
  x ^= x >> 33; x *= 0xff51afd7ed558ccdull; x ^= x >> 33; x *= 0xc4ceb9fe1a85ec53ull;
  return x ^ x >> 33;
}
static uint64_t salt_of(uint64_t lsn) { return mix(salt_of_run + lsn / seg); }
static uint64_t offset_of(uint64_t lsn) { return (lsn / seg - 1) % places * seg + lsn % seg; }
static uint64_t padded(uint64_t l) { return (l + BLOCK - 1) & ~(uint64_t)(BLOCK - 1); }

/* Where a write of up to `most` bytes begins, if the one before ended at `end`; a new segment where the rest of this one is too short. */
static uint64_t begin_after(uint64_t end, uint64_t most) {
  uint64_t begin = seg - end % seg >= most ? end : (end / seg + 1) * seg;
  if (begin % seg == 0) predecessor_end = end;
  return begin;
}
/* Frames begin so far behind the beginning of a write: the unit's header, and the segment's if it is the first. */
static uint64_t headers(uint64_t lsn) { return (lsn % seg ? 0 : BLOCK) + UNIT; }

static inline void put32(char *p, uint32_t v) { memcpy(p, &v, 4); }
static inline void put64(char *p, uint64_t v) { memcpy(p, &v, 8); }

/* Makes a write ready, whose frames end at `length`: headers in front, zeros behind. Returns its length, whole blocks. */
static uint64_t finish_unit(char *b, uint64_t lsn, uint64_t length) {
  uint64_t salt = salt_of(lsn), all = padded(length);
  memset(b + length, 0, all - length);
  if (lsn % seg == 0) {
    memset(b, 0, BLOCK);
    memcpy(b, "LSSS", 4); put32(b + 4, 1); put32(b + 12, BLOCK); put64(b + 16, lsn / seg); put64(b + 24, seg);
    put64(b + 32, salt_of_run); put64(b + 48, 1); // the store's identity, the session
    put64(b + 56, lsn / seg - 1); put64(b + 64, predecessor_end); put64(b + 72, salt); put64(b + 80, seg); put64(b + 88, stable_lsn);
    put32(b + 8, crc32c(b, BLOCK));
    b += BLOCK; lsn += BLOCK; length -= BLOCK;
  }
  memset(b, 0, UNIT);
  memcpy(b, "LSSU", 4); put64(b + 8, mix(salt ^ lsn)); put64(b + 16, lsn); put64(b + 24, stable_lsn); put64(b + 32, 1);
  put32(b + 40, length); put32(b + 44, padded(length));
  put32(b + 4, crc32c(b + 8, UNIT - 8));
  return all;
}

/* ---------- frames ---------- */
static uint64_t frame_length(uint64_t payload) { return FRAME + ((payload + 7) & ~7ull); }

static inline uint64_t kind_and_tag(uint64_t salt, uint64_t lsn) { return 1 | mix(salt ^ lsn) >> 32 << 32; }

static long over;   // the checksum reads the copy, as it must where the source may change meanwhile
/* Copies a payload into its frame; the checksum reads what the copy has just brought into the cache. */
static inline void put_frame(char *f, uint64_t salt, uint64_t lsn, const char *payload, uint32_t length) {
  uint64_t kind = kind_and_tag(salt, lsn), c = _mm_crc32_u64(_mm_crc32_u32(~0u, length), kind);
  put64(f + frame_length(length) - 8, 0);
  for (long at = 0, part; at < length; at += part) {
    part = length - at < 3 * PART ? length - at : 3 * PART;
    memcpy(f + FRAME + at, payload + at, part);
    if (!over) c = crc_more(c, payload + at, part);
  }
  if (over) c = crc_more(c, f + FRAME, length);
  put64(f, ~(uint32_t)c | (uint64_t)length << 32); put64(f + 8, kind);
}

/* ---------- reading back ---------- */
struct walk { uint64_t length, records, bad, next[256]; }; // length of every payload; next: number expected of each thread, + 1; 0: any

/* Takes the frames of a unit that begins at b. Returns the unit's padded length, 0 if none is there. */
static uint64_t walk_unit(struct walk *w, const char *b, uint64_t lsn, uint64_t rest) {
  uint64_t salt = salt_of(lsn), fl = frame_length(w->length), length = (uint32_t)load(b + 40), all = load(b + 40) >> 32, at = UNIT;
  if (memcmp(b, "LSSU", 4) || load(b) >> 32 != crc32c(b + 8, UNIT - 8) || load(b + 8) != mix(salt ^ lsn) || load(b + 16) != lsn) return 0;
  if (length <= UNIT || all != padded(length) || all > rest) { w->bad++; return 0; }
  for (; at + fl <= length; at += fl, w->records++) {
    const char *f = b + at;
    uint64_t stamp = load(f + FRAME), *next = &w->next[stamp >> STAMP_BITS & 255], number = stamp & ((1ull << STAMP_BITS) - 1);
    w->bad += load(f) != (crc32c(f + 4, FRAME - 4 + w->length) | w->length << 32) || load(f + 8) != kind_and_tag(salt, lsn + at);
    w->bad += *next && *next != number + 1;
    *next = number + 2;
  }
  for (w->bad += at != length; at < all; at += 8) w->bad += load(b + at) != 0;
  return all;
}
/* Takes a segment that is in memory, whole. */
static void walk_segment(struct walk *w, const char *b, uint64_t number) {
  char header[BLOCK];
  memcpy(header, b, BLOCK); put32(header + 8, 0);
  if (memcmp(b, "LSSS", 4) || load(b + 16) != number || load(b + 72) != salt_of(number * seg) || (uint32_t)load(b + 8) != crc32c(header, BLOCK)) {
    w->bad++;
    return;
  }
  for (uint64_t at = BLOCK, all; at < seg; at += all) if (!(all = walk_unit(w, b + at, number * seg + at, seg - at))) return;
}
