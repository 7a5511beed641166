/* libyuv's 4:4:4 conversions of one image of WIDTH x HEIGHT, for the bench "accuracy": reads RGBA or three planes from
 * standard input and writes the other. BT.601, limited range; from Y'CbCr also "bt709".
 *   libyuv forward|inverse bt601|bt709
 */
#include <libyuv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WIDTH = 4096, HEIGHT = 4096, SAMPLES = WIDTH * HEIGHT };

int main(int count, char **arguments) {
    if (count != 3) return 2;
    uint8_t *pixels = malloc((size_t)SAMPLES * 4), *planes = malloc((size_t)SAMPLES * 3);
    if (!pixels || !planes) return 1;
    uint8_t *cb = planes + SAMPLES, *cr = cb + SAMPLES;
    if (!strcmp(arguments[1], "forward")) {
        if (fread(pixels, 4, SAMPLES, stdin) != SAMPLES) return 1;
        /* Its "ARGB" is B G R A in memory. */
        ABGRToARGB(pixels, WIDTH * 4, pixels, WIDTH * 4, WIDTH, HEIGHT);
        ARGBToI444(pixels, WIDTH * 4, planes, WIDTH, cb, WIDTH, cr, WIDTH, WIDTH, HEIGHT);
        return fwrite(planes, 3, SAMPLES, stdout) != SAMPLES;
    }
    if (fread(planes, 3, SAMPLES, stdin) != SAMPLES) return 1;
    const struct YuvConstants *matrix = strcmp(arguments[2], "bt709") ? &kYvuI601Constants : &kYvuH709Constants;
    I444ToARGBMatrix(planes, WIDTH, cr, WIDTH, cb, WIDTH, pixels, WIDTH * 4, matrix, WIDTH, HEIGHT);
    return fwrite(pixels, 4, SAMPLES, stdout) != SAMPLES;
}
