// SPDX-License-Identifier: Apache-2.0
// C upper bounds for an append log on io_uring + O_DIRECT, on x86-64.  cc -O2 -march=native -pthread limit.c -luring -o limit
//   limit bulk   FILE key=val...   records memcpy'd (or CRC'd) into 1 MiB ring buffers, durable at end; the time includes allocating the file
//   limit commit FILE key=val...   T threads, each waits for durability of each record
//   limit pipelined FILE pipe=K ...   the same with K durable writes in flight, acknowledged in log order
//   limit prim   FILE key=val...   single-thread latency of each durability primitive, in turn
// With frame=1 the bytes are the store's (frame.h): every record framed and checksummed, a header before each flush and each segment. MiB/s are
// of payload then; the file is read back and checked at the end (verify=ok, or BAD); spoil=K damages its byte K before that, to see it found.
// shared=1: one thread publishes as several have to, by an atomic addition; over=1: checksums are of the copy, not of the source.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <liburing.h>
#include <linux/futex.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>
#include "frame.h"

static long setup = 0, rec = 256, mib = 4096, bufk = 1024, nbuf = 4, threads = 1, fixed = 1, huge = 1, sqpoll = 0, secs = 3, stamp = 1, bs = 4096, n = 20000, leader = 0, crc = 0, pad = 0, framed = 0, segm = 64, spoil = -1, shared = 0;
static char lay[32] = "written", prim[32] = "rwf";
static const char *path;
static int fd, fdsync; static uint64_t space_time;   // what allocating the file took

static void die(const char *m, int e) { fprintf(stderr, "%s: %s\n", m, strerror(e)); exit(1); }
static inline uint64_t now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec * 1000000000ull + t.tv_nsec; }
static void fwait(atomic_uint *a, unsigned v) { syscall(SYS_futex, a, FUTEX_WAIT_PRIVATE, v, NULL, NULL, 0); }
static void fwake(atomic_uint *a, int k) { syscall(SYS_futex, a, FUTEX_WAKE_PRIVATE, k, NULL, NULL, 0); }
static int cmp(const void *a, const void *b) { uint64_t x = *(uint64_t *)a, y = *(uint64_t *)b; return x < y ? -1 : x > y; }

static void *mem(size_t sz) {
  size_t a = 2 << 20; void *p;
  if (posix_memalign(&p, a, (sz + a - 1) & ~(a - 1))) die("mem", ENOMEM);
  madvise(p, (sz + a - 1) & ~(a - 1), huge ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
  memset(p, 1, sz); return p;
}
static void openfile(uint64_t bytes) {
  struct stat st; int pre = !strcmp(lay, "written");
  if (!pre) unlink(path);
  fd = open(path, O_RDWR | O_CREAT | O_DIRECT, 0644); if (fd < 0) die("open", errno);
  fstat(fd, &st);
  if (pre && (uint64_t)st.st_size < bytes) { fprintf(stderr, "prewriting %lu\n", bytes); char *z = mem(1 << 20); memset(z, 7, 1 << 20); for (uint64_t o = 0; o < bytes; o += 1 << 20) if (pwrite(fd, z, 1 << 20, o) != 1 << 20) die("prewrite", errno); fsync(fd); free(z); }
  uint64_t began = now(); if (!strcmp(lay, "fallocated") && posix_fallocate(fd, 0, bytes)) die("fallocate", errno);
  space_time = now() - began;
  fdsync = open(path, O_RDWR | O_DIRECT | O_DSYNC); if (fdsync < 0) die("open dsync", errno);
}
static void ringinit(struct io_uring *r, void *base, size_t sz, int cnt) {
  struct io_uring_params p = {0};
  p.flags = (sqpoll ? IORING_SETUP_SQPOLL : 0) | setup; if (sqpoll) p.sq_thread_idle = 1000;
  int e = io_uring_queue_init_params(64, r, &p); if (e) die("queue_init", -e);
  if (fixed) { struct iovec v[256]; for (int i = 0; i < cnt; i++) v[i] = (struct iovec){(char *)base + sz * i, sz}; if ((e = io_uring_register_buffers(r, v, cnt))) die("register_buffers", -e); }
}

/* ---------- bulk ---------- */
static struct io_uring ring; static char *base; static size_t B;
static pthread_mutex_t ringmx = PTHREAD_MUTEX_INITIALIZER;
static _Atomic uint64_t tail __attribute__((aligned(128)));
struct slot { _Atomic uint64_t filled, gen; char pd[112]; };   // gen = lap that may be written now
static struct slot *slots; static uint64_t total; static int inflight;
static void reap(int wait) {
  struct io_uring_cqe *c;
  while (inflight && (wait ? io_uring_wait_cqe(&ring, &c) : io_uring_peek_cqe(&ring, &c)) == 0) {
    uint64_t u = c->user_data; if (c->res != (int)B) die("short write", c->res < 0 ? -c->res : EIO);
    io_uring_cqe_seen(&ring, c); inflight--;
    atomic_store(&slots[u].filled, 0); atomic_fetch_add(&slots[u].gen, 1); wait = 0;
  }
}
static void submit(uint64_t lap, int i) {
  pthread_mutex_lock(&ringmx);
  struct io_uring_sqe *s = io_uring_get_sqe(&ring); uint64_t off = (lap * nbuf + i) * B;
  if (fixed) io_uring_prep_write_fixed(s, fd, base + B * i, B, off, i); else io_uring_prep_write(s, fd, base + B * i, B, off);
  s->user_data = i; inflight++;
  int e = io_uring_submit(&ring); if (e < 0) die("submit", -e);
  reap(0); pthread_mutex_unlock(&ringmx);
}
static void *producer(void *a) {
  char *src = malloc(rec + 4096); memset(src, 'a' + (int)(long)a, rec + 4096); uint64_t seq = 0, sink = 0; (void)sink;
  for (;;) {
    uint64_t pos = threads == 1 ? (tail += rec) - rec : atomic_fetch_add(&tail, rec);
    if (pos >= total) break;
    uint64_t blk = pos / B; int i = blk % nbuf; uint64_t lap = blk / nbuf;
    while (atomic_load_explicit(&slots[i].gen, memory_order_acquire) != lap) {
      if (pthread_mutex_trylock(&ringmx) == 0) { if (atomic_load(&slots[i].gen) != lap) reap(threads == 1 || inflight == nbuf); pthread_mutex_unlock(&ringmx); }
      if (threads > 1) sched_yield();
    }
    char *d = base + B * i + pos % B, *s = src + (seq * 64 & 4095);
    if (stamp) *(uint64_t *)s = pos;
    if (crc) *(uint32_t *)(s + 8) = crc32c(s, rec & ~7l);
    memcpy(d, s, rec); seq++;
    if (threads == 1) { if (pos % B + rec == B) submit(lap, i); }
    else if (atomic_fetch_add(&slots[i].filled, rec) + rec == B) submit(lap, i);
  }
  return NULL;
}
/* ---------- the store's bytes: beginning and end ---------- */
static void begin_log(uint64_t segments) {
  seg = (uint64_t)segm << 20; places = segments; pad = 1;
  if (seg & (seg - 1) || threads > 256) die("segm is a power of two, threads are at most 256", EINVAL);
  if (getentropy(&salt_of_run, 8)) die("getentropy", errno);
  openfile(places * seg);
}
/* Reads back what is there of a log that ends at `end`; counts[t] is how many records thread t appended. */
static const char *verify(uint64_t end, const uint64_t *counts) {
  char *b = mem(seg); struct walk w = {.length = rec}; uint64_t last = (end - 1) / seg, first = last > places ? last - places + 1 : 1, all = 0;
  if (spoil >= 0) { int f = open(path, O_RDWR); char c; if (pread(f, &c, 1, spoil) != 1 || (c ^= 1, pwrite(f, &c, 1, spoil) != 1) || fsync(f)) die("spoil", errno); close(f); }
  for (uint64_t number = first; number <= last; number++) {
    if (pread(fd, b, seg, offset_of(number * seg)) != (ssize_t)seg) die("read", errno);
    walk_segment(&w, b, number);
  }
  for (long t = 0; t < threads; t++) { w.bad += counts[t] && w.next[t] != counts[t] + 1; all += counts[t]; }
  return w.bad || (first == 1 && w.records != all) ? "BAD" : "ok";
}

/* ---------- framed bulk ----------
 * One word says where the next frame goes: the running number of the buffer << 32 | offset in it. Reserving is one fetch-add on it; the one whose
 * frame crosses the buffer's end ends the buffer there and opens the next one, the others wait for that. Publishing is one fetch-add on
 * the buffer's counter; the one that makes it ALL, with what the end adds, writes the buffer. */
#define ALL (1ull << 40)
struct unit { _Atomic uint64_t filled; uint64_t lsn, salt, end, written; int busy; char pd[80]; };
static struct unit *units; static _Atomic uint64_t word __attribute__((aligned(128))); static atomic_uint turn, flying; static uint64_t each;
static pthread_mutex_t submitting = PTHREAD_MUTEX_INITIALIZER;
static uint64_t thread_count[256];

static void issue(struct unit *u) {
  long i = u - units; u->written = finish_unit(base + B * i, u->lsn, u->end);
  pthread_mutex_lock(&submitting);
  struct io_uring_sqe *s = io_uring_get_sqe(&ring);
  if (fixed) io_uring_prep_write_fixed(s, fd, base + B * i, u->written, offset_of(u->lsn), i); else io_uring_prep_write(s, fd, base + B * i, u->written, offset_of(u->lsn));
  s->user_data = i; flying++;
  int e = io_uring_submit(&ring); if (e < 0) die("submit", -e);
  pthread_mutex_unlock(&submitting);
}
/* By one thread at a time: the one that opens a buffer. */
static void reap_unit(void) {
  struct io_uring_cqe *c;
  if (!flying) { sched_yield(); return; }
  int e = io_uring_wait_cqe(&ring, &c); if (e == -EINTR) return; if (e) die("wait", -e);
  struct unit *u = &units[c->user_data]; if (c->res != (int)u->written) die("short write", c->res < 0 ? -c->res : EIO);
  io_uring_cqe_seen(&ring, c); u->busy = 0; flying--;
}
static void open_unit(uint64_t number, uint64_t lsn) {
  struct unit *u = &units[number % nbuf];
  while (u->busy) reap_unit();
  u->lsn = lsn; u->salt = salt_of(lsn); u->busy = 1; atomic_store(&u->filled, 0);
  atomic_store(&word, number << 32 | headers(lsn));
  if (shared) { atomic_store(&turn, (unsigned)number); fwake(&turn, 1 << 30); }
}
static void publish(struct unit *u, uint64_t by) { if (atomic_fetch_add(&u->filled, by) + by == ALL) issue(u); }
static void end_unit(struct unit *u, uint64_t at) {
  u->end = at;
  if (!shared) issue(u); else publish(u, ALL - (at - headers(u->lsn)));
}
static void *framed_producer(void *a) {
  long id = (long)a; uint64_t fl = frame_length(rec); char *src = malloc(rec + 4096); memset(src, 'a' + (int)id % 26, rec + 4096);
  for (uint64_t k = 0; k < each; k++) {
    struct unit *u; uint64_t at, number;
    for (;;) {
      uint64_t v = atomic_fetch_add(&word, fl); number = v >> 32; at = (uint32_t)v; u = &units[number % nbuf];
      if (at + fl <= B) break;
      if (at <= B) { uint64_t end = u->lsn + padded(at); end_unit(u, at); open_unit(number + 1, begin_after(end, B)); }
      else while (turn == (unsigned)number) fwait(&turn, (unsigned)number);
    }
    char *s = src + (k * 64 & 4095); put64(s, (uint64_t)id << STAMP_BITS | k);
    put_frame(base + B * (u - units) + at, u->salt, u->lsn + at, s, rec);
    if (shared) publish(u, fl);
  }
  thread_count[id] = each;
  return NULL;
}
static void framed_bulk(void) {
  shared |= threads > 1;
  uint64_t fl = frame_length(rec), least = BLOCK + UNIT + fl, t0, t1, t2, t3; B = bufk << 10; seg = (uint64_t)segm << 20; each = ((uint64_t)mib << 20) / rec / threads;
  if (rec < 8 || least + B / 2 > B || 2 * B > seg || nbuf * B > seg) die("a record is 8 bytes to half a buffer, all buffers are at most a segment", EINVAL);
  begin_log(each * threads * fl / ((B - least) / fl * fl) / (seg / B - 1) + 2);
  base = mem(B * nbuf); units = aligned_alloc(128, sizeof *units * nbuf); memset(units, 0, sizeof *units * nbuf); ringinit(&ring, base, B, nbuf);
  pthread_t t[256]; turn = -1u; t0 = now() - space_time; open_unit(0, seg);
  for (long i = 1; i < threads; i++) pthread_create(&t[i], 0, framed_producer, (void *)i);
  framed_producer(0);
  for (long i = 1; i < threads; i++) pthread_join(t[i], 0);
  struct unit *u = &units[(word >> 32) % nbuf]; uint64_t at = (uint32_t)word, end = u->lsn + padded(at);
  if (at > headers(u->lsn)) end_unit(u, at);
  t1 = now(); while (flying) reap_unit(); t2 = now(); if (fdatasync(fd)) die("fdatasync", errno); t3 = now();
  double s = (t3 - t0) / 1e9; uint64_t records = each * threads;
  printf("bulk rec=%ld thr=%ld buf=%ldKiB x%ld fixed=%ld huge=%ld sqpoll=%ld frame=1 %s: %.0f MiB/s %.1f ns/append (fill %.3fs drain %.3fs sync %.3fs) verify=%s\n",
         rec, threads, bufk, nbuf, fixed, huge, sqpoll, lay, (double)records * rec / (1 << 20) / s, s * 1e9 / records, (t1 - t0) / 1e9, (t2 - t1) / 1e9, (t3 - t2) / 1e9, verify(end, thread_count));
}
static void bulk(void) {
  B = bufk << 10; total = mib << 20; openfile(total);
  base = mem(B * nbuf); slots = aligned_alloc(128, sizeof *slots * nbuf); memset(slots, 0, sizeof *slots * nbuf);
  ringinit(&ring, base, B, nbuf);
  pthread_t t[64]; uint64_t t0 = now() - space_time;
  for (long i = 1; i < threads; i++) pthread_create(&t[i], 0, producer, (void *)i);
  producer(0);
  for (long i = 1; i < threads; i++) pthread_join(t[i], 0);
  uint64_t t1 = now(); while (inflight) reap(1); uint64_t t2 = now(); fdatasync(fd); uint64_t t3 = now();
  double s = (t3 - t0) / 1e9; long bad = 0;
  printf("bulk rec=%ld thr=%ld buf=%ldKiB x%ld fixed=%ld huge=%ld sqpoll=%ld crc=%ld %s: %.0f MiB/s %.1f ns/append (fill %.3fs drain %.3fs sync %.3fs)", rec, threads, bufk, nbuf, fixed, huge, sqpoll, crc, lay, mib / s, s * 1e9 / (total / rec), (t1 - t0) / 1e9, (t2 - t1) / 1e9, (t3 - t2) / 1e9);
  if (stamp) { char *b = mem(1 << 20); for (uint64_t o = 0; o < total; o += 1 << 20) { if (pread(fd, b, 1 << 20, o) != 1 << 20) die("read", errno); for (long k = 0; k < 1 << 20; k += rec) bad += *(uint64_t *)(b + k) != o + k; } printf(" verify=%s", bad ? "BAD" : "ok"); }
  puts("");
}

/* ---------- durability primitives ---------- */
enum { P_NONE, P_FDS, P_RWF_SYS, P_ODSYNC, P_U_NONE, P_U_RWF, P_U_LINK, P_U_TWO, P_N };
static const char *pname[] = {"pwrite", "pwrite+fdatasync", "pwritev2 RWF_DSYNC", "pwrite O_DSYNC", "uring write", "uring write RWF_DSYNC", "uring write->link fdatasync", "uring write, then fdatasync"};
static int pcode(const char *s) { return !strcmp(s, "rwf") ? P_U_RWF : !strcmp(s, "link") ? P_U_LINK : !strcmp(s, "two") ? P_U_TWO : !strcmp(s, "pwfds") ? P_FDS : !strcmp(s, "pwv2") ? P_RWF_SYS : !strcmp(s, "odsync") ? P_ODSYNC : !strcmp(s, "none") ? P_U_NONE : P_U_RWF; }
static void wait1(struct io_uring *r, int k) { struct io_uring_cqe *c; for (int i = 0; i < k; i++) { int e = io_uring_wait_cqe(r, &c); if (e) die("wait", -e); if (c->res < 0) die("cqe", -c->res); io_uring_cqe_seen(r, c); } }
static void durable(struct io_uring *r, int p, char *b, size_t l, uint64_t off) {
  struct iovec v = {b, l}; struct io_uring_sqe *s;
  switch (p) {
  case P_NONE: if (pwrite(fd, b, l, off) < 0) die("pwrite", errno); return;
  case P_FDS: if (pwrite(fd, b, l, off) < 0 || fdatasync(fd)) die("pwrite", errno); return;
  case P_RWF_SYS: if (pwritev2(fd, &v, 1, off, RWF_DSYNC) < 0) die("pwritev2", errno); return;
  case P_ODSYNC: if (pwrite(fdsync, b, l, off) < 0) die("pwrite", errno); return;
  }
  s = io_uring_get_sqe(r); if (fixed) io_uring_prep_write_fixed(s, fd, b, l, off, 0); else io_uring_prep_write(s, fd, b, l, off);
  if (p == P_U_RWF) s->rw_flags = RWF_DSYNC;
  if (p == P_U_LINK) { s->flags |= IOSQE_IO_LINK; s = io_uring_get_sqe(r); io_uring_prep_fsync(s, fd, IORING_FSYNC_DATASYNC); }
  io_uring_submit_and_wait(r, p == P_U_LINK ? 2 : 1); wait1(r, p == P_U_LINK ? 2 : 1);
  if (p == P_U_TWO) { s = io_uring_get_sqe(r); io_uring_prep_fsync(s, fd, IORING_FSYNC_DATASYNC); io_uring_submit_and_wait(r, 1); wait1(r, 1); }
}
static void primbench(void) {
  uint64_t cap = (uint64_t)n * bs * P_N * 5; if (cap > 8ull << 30) cap = 8ull << 30; openfile(cap); cap -= cap % bs;
  base = mem(bs); struct io_uring r; ringinit(&r, base, bs, 1); uint64_t *lt[P_N]; long cnt[P_N] = {0}; uint64_t off = 0;
  for (int p = 0; p < P_N; p++) lt[p] = malloc(8 * (n + 64));
  for (int round = 0; round < 5; round++) for (int p = 0; p < P_N; p++) for (long k = 0; k < n / 5; k++) {
    uint64_t a = now(); durable(&r, p, base, bs, off); lt[p][cnt[p]++] = now() - a; off += bs; if (off + bs > cap) off = 0; base[k % bs]++; }
  for (int p = 0; p < P_N; p++) { qsort(lt[p], cnt[p], 8, cmp); double m = 0; for (long k = 0; k < cnt[p]; k++) m += lt[p][k];
    printf("prim bs=%ld fixed=%ld huge=%ld %-10s %-28s p50=%7.1f p99=%7.1f p99.9=%8.1f mean=%7.1f us  %8.0f/s\n", bs, fixed, huge, lay, pname[p], lt[p][cnt[p] / 2] / 1e3, lt[p][cnt[p] * 99 / 100] / 1e3, lt[p][cnt[p] * 999 / 1000] / 1e3, m / cnt[p] / 1e3, 1e9 * cnt[p] / m); }
}

/* ---------- group commit ---------- */
#define STG (4 << 20)
static pthread_mutex_t mx = PTHREAD_MUTEX_INITIALIZER;
static char *stg[2]; static size_t used, carry; static int cur; static unsigned batch; static uint64_t fileoff;
static atomic_uint done[2], kick, stop, fstop; static int busy; static _Atomic uint64_t flushes, fbytes;
/* Framed: fileoff is the LSN at which the batch begins that is being filled; batches are shorter than `most`. */
static uint64_t log_end;
static void first_batch(uint64_t most) {
  begin_log(((1ull << 30) + ((uint64_t)segm << 20) - 1) / ((uint64_t)segm << 20)); fileoff = log_end = seg; used = carry = headers(seg);
  if (most > seg || threads * frame_length(rec) + BLOCK + UNIT > most || rec < 8) die("records of all threads must fit a batch", EINVAL);
}
static void next_batch(uint64_t after, uint64_t most) { log_end = after; fileoff = begin_after(after, most); used = carry = headers(fileoff); }
static void put_record(char *batch_begin, char *src, uint64_t stamp_value) {
  if (!framed) { memcpy(batch_begin + used, src, rec); used += rec; return; }
  put64(src, stamp_value); put_frame(batch_begin + used, salt_of(fileoff), fileoff + used, src, rec); used += frame_length(rec);
}
static void flush_framed(void) {
  int c = cur; unsigned b = batch++; uint64_t at = fileoff, l = finish_unit(stg[c], at, used);
  cur ^= 1; next_batch(at + l, STG); busy = 1; pthread_mutex_unlock(&mx);
  durable(&ring, pcode(prim), stg[c], l, offset_of(at)); flushes++; fbytes += l;
  pthread_mutex_lock(&mx); busy = 0; stable_lsn = at + l;
  atomic_store(&done[b & 1], b + 1); fwake(&done[b & 1], 1 << 30);
}
static void flush_locked(void) {                     // mx held, used>carry; returns with mx held
  if (framed) { flush_framed(); return; }
  int c = cur; size_t l = used, wl = (l + 4095) & ~4095ul; unsigned b = batch++; uint64_t at = fileoff;
  size_t keep = pad ? 0 : l & 4095; fileoff += pad ? wl : l - keep; if (fileoff > (2ull << 30)) fileoff = 0;
  memset(stg[c] + l, 0, wl - l); cur ^= 1; memcpy(stg[cur], stg[c] + l - keep, keep); used = carry = keep; busy = 1;
  pthread_mutex_unlock(&mx);
  durable(&ring, pcode(prim), stg[c], wl, at); flushes++; fbytes += wl;
  pthread_mutex_lock(&mx); busy = 0;
  atomic_store(&done[b & 1], b + 1); fwake(&done[b & 1], 1 << 30);
}
struct cst { uint64_t cnt, *lat, id; char pd[104]; };
static const char *verify_commits(struct cst *c) {
  if (!framed) return "none";
  for (long i = 0; i < threads; i++) thread_count[i] = c[i].cnt;
  return verify(log_end, thread_count);
}
static void *flusher(void *a) { (void)a;
  for (;;) { unsigned k = atomic_load(&kick); pthread_mutex_lock(&mx); int any = used > carry; if (any) flush_locked(); pthread_mutex_unlock(&mx);
    if (!any) { if (atomic_load(&fstop)) return NULL; fwait(&kick, k); } } }
static void *committer(void *a) {
  struct cst *c = a; char src[8192]; memset(src, 'x', sizeof src);
  while (!atomic_load_explicit(&stop, memory_order_relaxed) && c->cnt < 4000000) {
    uint64_t t0 = now(); pthread_mutex_lock(&mx);
    put_record(stg[cur], src, c->id << STAMP_BITS | c->cnt); unsigned b = batch;
    if (leader) {
      while ((int)(atomic_load(&done[b & 1]) - (b + 1)) < 0) {
        if (!busy) { flush_locked(); continue; }
        unsigned v = atomic_load(&done[b & 1]), w = atomic_load(&done[~b & 1]); (void)v; pthread_mutex_unlock(&mx);
        if (b == 0 || (int)(w - b) >= 0) fwait(&done[b & 1], v); else fwait(&done[~b & 1], w);  // previous batch first, then mine
        pthread_mutex_lock(&mx);
      }
      pthread_mutex_unlock(&mx);
    } else {
      pthread_mutex_unlock(&mx); atomic_fetch_add(&kick, 1); if (!busy) fwake(&kick, 1);
      unsigned v; while ((int)((v = atomic_load(&done[b & 1])) - (b + 1)) < 0) fwait(&done[b & 1], v);
    }
    c->lat[c->cnt++] = now() - t0;
  }
  return NULL;
}
static void commit(void) {
  if (framed) first_batch(STG); else openfile(3ull << 30);
  base = mem(2 * STG); stg[0] = base; stg[1] = base + STG; B = 2 * STG; ringinit(&ring, base, B, 1);
  struct cst *c = calloc(threads, sizeof *c); pthread_t t[256], f; for (long i = 0; i < threads; i++) { c[i].lat = malloc(8 * 4000001ul); c[i].id = i; }
  if (!leader) pthread_create(&f, 0, flusher, 0);
  uint64_t t0 = now(); for (long i = 0; i < threads; i++) pthread_create(&t[i], 0, committer, &c[i]);
  sleep(secs); stop = 1; for (long i = 0; i < threads; i++) pthread_join(t[i], 0); uint64_t t1 = now();
  if (!leader) { fstop = 1; atomic_fetch_add(&kick, 1); fwake(&kick, 1); pthread_join(f, 0); }
  uint64_t tot = 0; for (long i = 0; i < threads; i++) tot += c[i].cnt; uint64_t *all = malloc(8 * tot), k = 0;
  for (long i = 0; i < threads; i++) { memcpy(all + k, c[i].lat, 8 * c[i].cnt); k += c[i].cnt; } qsort(all, tot, 8, cmp);
  printf("commit rec=%ld thr=%ld prim=%s %s %s %s: %.0f commits/s p50=%.1f p99=%.1f p99.9=%.1f us  flushes/s=%.0f batch=%.1f KiB/flush=%.1f frame=%ld verify=%s\n", rec, threads, prim, leader ? "leader" : "flusher", lay, pad ? "pad" : "dense", tot * 1e9 / (t1 - t0), all[tot / 2] / 1e3, all[tot * 99 / 100] / 1e3, all[tot * 999 / 1000] / 1e3, flushes * 1e9 / (t1 - t0), (double)tot / flushes, fbytes / 1024.0 / flushes, framed, verify_commits(c));
}
/* ---------- pipelined group commit: K flushers, each batch on its own 4 KiB blocks, acknowledged in log order ---------- */
#define PBATCH (1 << 20)
static long pipe_k = 2; static char *pst[17]; static int pfree[17], npfree, pcur; static atomic_uint pdone[64], pcomp[64]; static unsigned pdurable;
static void *pflusher(void *a) { (void)a;
  for (;;) {
    unsigned k = atomic_load(&kick); pthread_mutex_lock(&mx);
    if (used == carry || !npfree) { pthread_mutex_unlock(&mx); if (atomic_load(&fstop)) return NULL; fwait(&kick, k); continue; }
    int c = pcur; size_t l = used, wl = (l + 4095) & ~4095ul; unsigned b = batch++; uint64_t at = fileoff;
    if (framed) { wl = finish_unit(pst[c], at, l); next_batch(at + wl, PBATCH); at = offset_of(at); }
    else { fileoff += wl; if (fileoff > (2ull << 30)) fileoff = 0; used = 0; memset(pst[c] + l, 0, wl - l); }
    pcur = pfree[--npfree]; pthread_mutex_unlock(&mx);
    struct iovec v = {pst[c], wl}; if (pwritev2(fd, &v, 1, at, RWF_DSYNC) != (ssize_t)wl) die("pwritev2", errno);
    flushes++; fbytes += wl; pthread_mutex_lock(&mx); pcomp[b & 63] = 1; pfree[npfree++] = c; unsigned from = pdurable;
    while (pcomp[pdurable & 63]) { pcomp[pdurable & 63] = 0; pdurable++; atomic_store(&pdone[(pdurable - 1) & 63], pdurable); } unsigned to = pdurable; pthread_mutex_unlock(&mx);
    for (; from != to; from++) fwake(&pdone[from & 63], 1 << 30);
  }
}
static void *pcommitter(void *a) {
  struct cst *c = a; char src[8192]; memset(src, 'x', sizeof src);
  while (!atomic_load_explicit(&stop, memory_order_relaxed) && c->cnt < 4000000) {
    uint64_t t0 = now(); pthread_mutex_lock(&mx); put_record(pst[pcur], src, c->id << STAMP_BITS | c->cnt); unsigned b = batch; pthread_mutex_unlock(&mx);
    atomic_fetch_add(&kick, 1); fwake(&kick, 1);
    unsigned v; while ((int)((v = atomic_load(&pdone[b & 63])) - (b + 1)) < 0) fwait(&pdone[b & 63], v);
    c->lat[c->cnt++] = now() - t0;
  }
  return NULL;
}
static void pipelined(void) {
  if (framed) first_batch(PBATCH); else openfile(3ull << 30);
  for (int i = 0; i <= pipe_k; i++) { pst[i] = mem(PBATCH); if (i) pfree[npfree++] = i; }
  struct cst *c = calloc(threads, sizeof *c); pthread_t t[256], f[16]; for (long i = 0; i < threads; i++) { c[i].lat = malloc(8 * 4000001ul); c[i].id = i; }
  for (long i = 0; i < pipe_k; i++) pthread_create(&f[i], 0, pflusher, 0);
  uint64_t t0 = now(); for (long i = 0; i < threads; i++) pthread_create(&t[i], 0, pcommitter, &c[i]);
  sleep(secs); stop = 1; for (long i = 0; i < threads; i++) pthread_join(t[i], 0); uint64_t t1 = now();
  fstop = 1; for (int i = 0; i < 100; i++) { atomic_fetch_add(&kick, 1); fwake(&kick, 1 << 30); usleep(100); } for (long i = 0; i < pipe_k; i++) pthread_join(f[i], 0);
  uint64_t tot = 0; for (long i = 0; i < threads; i++) tot += c[i].cnt; uint64_t *all = malloc(8 * tot), k = 0;
  for (long i = 0; i < threads; i++) { memcpy(all + k, c[i].lat, 8 * c[i].cnt); k += c[i].cnt; } qsort(all, tot, 8, cmp);
  printf("commit rec=%ld thr=%ld pipelined=%ld pwritev2 pad: %.0f commits/s p50=%.1f p99=%.1f p99.9=%.1f us  flushes/s=%.0f batch=%.1f KiB/flush=%.1f frame=%ld verify=%s\n", rec, threads, pipe_k, tot * 1e9 / (t1 - t0), all[tot / 2] / 1e3, all[tot * 99 / 100] / 1e3, all[tot * 999 / 1000] / 1e3, flushes * 1e9 / (t1 - t0), (double)tot / flushes, fbytes / 1024.0 / flushes, framed, verify_commits(c));
}
int main(int ac, char **av) {
  if (ac < 3) return 2;
  path = av[2]; setvbuf(stdout, 0, _IOLBF, 0);
  struct { const char *k; long *v; } o[] = {{"rec", &rec}, {"mib", &mib}, {"bufk", &bufk}, {"nbuf", &nbuf}, {"thr", &threads}, {"fixed", &fixed}, {"huge", &huge}, {"sqpoll", &sqpoll}, {"secs", &secs}, {"stamp", &stamp}, {"bs", &bs}, {"n", &n}, {"leader", &leader}, {"crc", &crc}, {"pad", &pad}, {"pipe", &pipe_k}, {"setup", &setup}, {"frame", &framed}, {"segm", &segm}, {"spoil", &spoil}, {"shared", &shared}, {"over", &over}};
  for (int i = 3; i < ac; i++) { char *e = strchr(av[i], '='); if (!e) continue; *e++ = 0; if (!strcmp(av[i], "lay")) snprintf(lay, 32, "%s", e); else if (!strcmp(av[i], "prim")) snprintf(prim, 32, "%s", e); else for (unsigned j = 0; j < sizeof o / sizeof *o; j++) if (!strcmp(av[i], o[j].k)) *o[j].v = atol(e); }
  crc_init(); char probe[8192];
  for (int i = 0; i < 8192; i++) probe[i] = i * 7 >> 3;
  for (int l = 0; l < 8192; l += l < 300 ? 1 : 577) {
    uint32_t slow = ~0u; for (int i = 0; i < l; i++) slow = _mm_crc32_u8(slow, probe[i]);
    if (crc32c(probe, l) != ~slow) die("crc32c", EDOM);
  }
  if (!strcmp(av[1], "bulk")) { if (framed) framed_bulk(); else bulk(); } else if (!strcmp(av[1], "commit")) commit(); else if (!strcmp(av[1], "pipelined")) pipelined(); else primbench();
  return 0;
}
