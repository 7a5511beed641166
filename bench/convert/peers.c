/* Times other libraries' conversions of one 3840x2160 frame, for the bench "convert".
 *
 * Built by peers.ts with -DWITH_LIBYUV and -DWITH_SWSCALE for what is installed. Prints a line "peers NAME:JOB ..." and
 * then answers every line "NAME:JOB FRAMES" on standard input with a line of nanoseconds per frame, so that the bench
 * can alternate between the peers and its own kernels. Each peer works on one thread, from and to memory that is
 * touched beforehand, in huge pages as the addon's own allocator asks for.
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

enum { WIDTH = 3840, HEIGHT = 2160, LUMA = WIDTH * HEIGHT, LONGEST = LUMA * 4 };

/* Noise that is read as any format, and memory for any target. */
static uint8_t *source, *target;

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
static void libyuv_rgba_to_nv12(void) {
    ABGRToNV12(source, WIDTH * 4, target, WIDTH, target + LUMA, WIDTH, WIDTH, HEIGHT);
}

static void libyuv_rgba_to_i420(void) {
    uint8_t *cb = target + LUMA, *cr = cb + LUMA / 4;
    ABGRToI420(source, WIDTH * 4, target, WIDTH, cb, WIDTH / 2, cr, WIDTH / 2, WIDTH, HEIGHT);
}

static void libyuv_nv12_to_rgba(void) {
    NV12ToABGR(source, WIDTH, source + LUMA, WIDTH, target, WIDTH * 4, WIDTH, HEIGHT);
}

/* Chroma interpolated, which libyuv does from three planes alone; with V for U, BGRA becomes RGBA. */
static void libyuv_i420_to_rgba_bilinear(void) {
    const uint8_t *cb = source + LUMA, *cr = cb + LUMA / 4;
    I420ToARGBMatrixFilter(source, WIDTH, cr, WIDTH / 2, cb, WIDTH / 2, target, WIDTH * 4, &kYvuI601Constants, WIDTH,
                           HEIGHT, kFilterBilinear);
}

/* libyuv has no function of this name; its own way is to take each plane's upper byte: 256 / 65536. */
static void libyuv_p010_to_nv12(void) {
    const uint16_t *words = (const uint16_t *)source;
    Convert16To8Plane(words, WIDTH, target, WIDTH, 256, WIDTH, HEIGHT);
    Convert16To8Plane(words + LUMA, WIDTH, target + LUMA, WIDTH, 256, WIDTH, HEIGHT / 2);
}

static void libyuv_yuy2_to_nv12(void) {
    YUY2ToNV12(source, WIDTH * 2, target, WIDTH, target + LUMA, WIDTH, WIDTH, HEIGHT);
}

static void libyuv_nv12_halved(void) {
    NV12Scale(source, WIDTH, source + LUMA, WIDTH, WIDTH, HEIGHT, target, WIDTH / 2, target + LUMA / 4, WIDTH / 2,
              WIDTH / 2, HEIGHT / 2, kFilterBilinear);
}

static void libyuv_rgba_halved(void) {
    ARGBScale(source, WIDTH * 4, WIDTH, HEIGHT, target, WIDTH * 2, WIDTH / 2, HEIGHT / 2, kFilterBilinear);
}

static const struct {
    const char *name;
    void (*run)(void);
} LIBYUV_JOBS[] = {
    {"libyuv:rgba-to-nv12", libyuv_rgba_to_nv12}, {"libyuv:rgba-to-i420", libyuv_rgba_to_i420},
    {"libyuv:nv12-to-rgba-nearest", libyuv_nv12_to_rgba}, {"libyuv-i420:nv12-to-rgba", libyuv_i420_to_rgba_bilinear},
    {"libyuv:p010-to-nv12", libyuv_p010_to_nv12},
    {"libyuv:yuy2-to-nv12", libyuv_yuy2_to_nv12}, {"libyuv:nv12-4k-to-1080p", libyuv_nv12_halved},
    {"libyuv:rgba-4k-to-1080p", libyuv_rgba_halved},
};
enum { LIBYUV_COUNT = sizeof LIBYUV_JOBS / sizeof LIBYUV_JOBS[0] };
#endif

#ifdef WITH_SWSCALE
static const struct {
    const char *name;
    enum AVPixelFormat from, to;
    int halved;
} SWSCALE_JOBS[] = {
    {"rgba-to-nv12", AV_PIX_FMT_RGBA, AV_PIX_FMT_NV12, 0}, {"rgba-to-i420", AV_PIX_FMT_RGBA, AV_PIX_FMT_YUV420P, 0},
    {"nv12-to-rgba", AV_PIX_FMT_NV12, AV_PIX_FMT_RGBA, 0}, {"rgba-to-p010", AV_PIX_FMT_RGBA, AV_PIX_FMT_P010LE, 0},
    {"p010-to-nv12", AV_PIX_FMT_P010LE, AV_PIX_FMT_NV12, 0}, {"yuy2-to-nv12", AV_PIX_FMT_YUYV422, AV_PIX_FMT_NV12, 0},
    {"nv12-4k-to-1080p", AV_PIX_FMT_NV12, AV_PIX_FMT_NV12, 1}, {"rgba-4k-to-1080p", AV_PIX_FMT_RGBA, AV_PIX_FMT_RGBA, 1},
};
enum { SWSCALE_COUNT = sizeof SWSCALE_JOBS / sizeof SWSCALE_JOBS[0] };
static struct SwsContext *contexts[2][SWSCALE_COUNT];

/* Where the planes of a tightly packed image lie; bytes, and the bytes of a row. */
static void planes_of(enum AVPixelFormat format, int width, int height, uint8_t *at, uint8_t *planes[4], int strides[4]) {
    const int luma = width * height;
    memset(planes, 0, 4 * sizeof *planes);
    memset(strides, 0, 4 * sizeof *strides);
    planes[0] = at;
    strides[0] = width;
    switch (format) {
    case AV_PIX_FMT_RGBA: strides[0] = width * 4; break;
    case AV_PIX_FMT_YUYV422: strides[0] = width * 2; break;
    case AV_PIX_FMT_NV12: planes[1] = at + luma, strides[1] = width; break;
    case AV_PIX_FMT_P010LE: planes[1] = at + 2 * luma, strides[0] = strides[1] = 2 * width; break;
    default: planes[1] = at + luma, planes[2] = planes[1] + luma / 4, strides[1] = strides[2] = width / 2;
    }
}

static void swscale_frame(int accurate, int job) {
    const int divisor = SWSCALE_JOBS[job].halved ? 2 : 1;
    uint8_t *from[4], *to[4];
    int from_strides[4], to_strides[4];
    planes_of(SWSCALE_JOBS[job].from, WIDTH, HEIGHT, source, from, from_strides);
    planes_of(SWSCALE_JOBS[job].to, WIDTH / divisor, HEIGHT / divisor, target, to, to_strides);
    sws_scale(contexts[accurate][job], (const uint8_t *const *)from, from_strides, 0, HEIGHT, to, to_strides);
}

/* "swscale" has the flags that ffmpeg's scale filter has by default (bilinear where sizes change, as all others),
 * "swscale-accurate" asks for full precision. */
static int open_swscale(void) {
    const int precise = SWS_ACCURATE_RND | SWS_FULL_CHR_H_INP | SWS_FULL_CHR_H_INT;
    for (int job = 0; job < SWSCALE_COUNT; job++) {
        const int halved = SWSCALE_JOBS[job].halved, divisor = halved ? 2 : 1;
        for (int accurate = 0; accurate < 2; accurate++) {
            const int flags = (halved ? SWS_BILINEAR : SWS_BICUBIC) | (accurate ? precise : 0);
            contexts[accurate][job] =
                sws_getContext(WIDTH, HEIGHT, SWSCALE_JOBS[job].from, WIDTH / divisor, HEIGHT / divisor,
                               SWSCALE_JOBS[job].to, flags, NULL, NULL, NULL);
            if (!contexts[accurate][job]) return 0;
            printf(" swscale%s:%s", accurate ? "-accurate" : "", SWSCALE_JOBS[job].name);
        }
    }
    return 1;
}
#endif

static int run(const char *name) {
#ifdef WITH_LIBYUV
    for (int job = 0; job < LIBYUV_COUNT; job++)
        if (!strcmp(name, LIBYUV_JOBS[job].name)) return LIBYUV_JOBS[job].run(), 1;
#endif
#ifdef WITH_SWSCALE
    const char *job_name = strchr(name, ':');
    for (int job = 0; job_name && job < SWSCALE_COUNT; job++)
        if (!strcmp(job_name + 1, SWSCALE_JOBS[job].name))
            return swscale_frame(!strncmp(name, "swscale-accurate", strlen("swscale-accurate")), job), 1;
#endif
    return 0;
}

int main(void) {
    source = allocate(LONGEST);
    target = allocate(LONGEST);
    uint32_t state = 12345;
    for (size_t i = 0; i < LONGEST; i++) {
        state = state * 1664525 + 1013904223;
        source[i] = state >> 24;
    }
    printf("peers");
#ifdef WITH_LIBYUV
    for (int job = 0; job < LIBYUV_COUNT; job++) printf(" %s", LIBYUV_JOBS[job].name);
#endif
#ifdef WITH_SWSCALE
    if (!open_swscale()) return 1;
#endif
    printf("\n");
    fflush(stdout);

    char name[64];
    int frames;
    while (scanf("%63s %d", name, &frames) == 2) {
        double start = now_ns();
        for (int i = 0; i < frames; i++)
            if (!run(name)) return 1;
        printf("%.0f\n", (now_ns() - start) / frames);
        fflush(stdout);
    }
    return 0;
}
