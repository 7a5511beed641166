/* Times other libraries' RGBA -> NV12 of one 3840x2160 frame, for the bench "convert".
 *
 * Built by peers.ts with -DWITH_LIBYUV and -DWITH_SWSCALE for what is installed. Prints a line "peers NAME ..." and
 * then answers every line "NAME FRAMES" on standard input with a line of nanoseconds per frame, so that the bench can
 * alternate between the peers and its own kernels. Each peer works on one thread, from and to memory that is touched
 * beforehand, in huge pages as the addon's own allocator asks for.
 */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#ifdef WITH_LIBYUV
#include <libyuv.h>
#endif
#ifdef WITH_SWSCALE
#include <libswscale/swscale.h>
#endif

enum { WIDTH = 3840, HEIGHT = 2160 };

static uint8_t *rgba, *luma, *chroma;

static uint8_t *allocate(size_t bytes) {
    const size_t huge = 2 << 20;
    uint8_t *memory = aligned_alloc(huge, (bytes + huge - 1) / huge * huge);
    if (!memory) exit(1);
    madvise(memory, bytes, MADV_HUGEPAGE);
    memset(memory, 1, bytes);
    return memory;
}

static double now_ns(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1e9 + time.tv_nsec;
}

#ifdef WITH_LIBYUV
static void libyuv_frame(void) {
    ABGRToNV12(rgba, WIDTH * 4, luma, WIDTH, chroma, WIDTH, WIDTH, HEIGHT);
}
#endif

#ifdef WITH_SWSCALE
static void swscale_frame(struct SwsContext *context) {
    const uint8_t *source[] = {rgba};
    const int source_stride[] = {WIDTH * 4};
    uint8_t *target[] = {luma, chroma};
    const int target_stride[] = {WIDTH, WIDTH};
    sws_scale(context, source, source_stride, 0, HEIGHT, target, target_stride);
}

/* "swscale" has ffmpeg's default flags for its scale filter, "swscale-accurate" asks for full precision. */
static struct SwsContext *swscale_context(int flags) {
    return sws_getContext(WIDTH, HEIGHT, AV_PIX_FMT_RGBA, WIDTH, HEIGHT, AV_PIX_FMT_NV12, flags, NULL, NULL, NULL);
}
#endif

int main(void) {
    rgba = allocate((size_t)WIDTH * HEIGHT * 4);
    luma = allocate((size_t)WIDTH * HEIGHT);
    chroma = allocate((size_t)WIDTH * HEIGHT / 2);
    uint32_t state = 12345;
    for (size_t i = 0; i < (size_t)WIDTH * HEIGHT * 4; i++) {
        state = state * 1664525 + 1013904223;
        rgba[i] = state >> 24;
    }
    printf("peers");
#ifdef WITH_LIBYUV
    printf(" libyuv");
#endif
#ifdef WITH_SWSCALE
    struct SwsContext *plain = swscale_context(SWS_BICUBIC);
    struct SwsContext *accurate = swscale_context(SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INP);
    if (!plain || !accurate) return 1;
    printf(" swscale swscale-accurate");
#endif
    printf("\n");
    fflush(stdout);

    char name[32];
    int frames;
    while (scanf("%31s %d", name, &frames) == 2) {
        double start = now_ns();
        for (int i = 0; i < frames; i++) {
#ifdef WITH_LIBYUV
            if (!strcmp(name, "libyuv")) libyuv_frame();
#endif
#ifdef WITH_SWSCALE
            if (!strcmp(name, "swscale")) swscale_frame(plain);
            if (!strcmp(name, "swscale-accurate")) swscale_frame(accurate);
#endif
        }
        printf("%.0f\n", (now_ns() - start) / frames);
        fflush(stdout);
    }
    return 0;
}
