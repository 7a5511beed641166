/** What FFmpeg's image2 demuxer takes for a sequence or a glob instead of one picture. */
const PATTERN = /[%*?{[]/;
const PICTURE =
  /\.(bmp|dds|dpx|exr|gem|hdr|j2k|jls|jp2|jpe?g|jxl|pam|pbm|pcx|pfm|pgm|pgmyuv|phm|png|ppm|psd|ptx|qoi|ras|sgi|sun|svg|tga|tiff?|webp|xbm|xpm|xwd)$/i;

/**
 * The arguments that make ffmpeg or ffprobe open exactly one local file, whatever its name looks like:
 * `file:` keeps a leading `-` and things like `rtmp:` from meaning anything, pattern characters of picture
 * names are taken literally, and playlists can't reach the network.
 *
 * @param path - a file's path
 */
export function inputArguments(path: string): string[] {
  const literal = PATTERN.test(path) && PICTURE.test(path) ? ['-f', 'image2', '-pattern_type', 'none'] : [];
  return ['-protocol_whitelist', 'file,crypto,data', ...literal, '-i', fileUrl(path)];
}

/**
 * A path in the form in which FFmpeg takes it for a file and nothing else.
 *
 * @param path - a file's path
 */
export function fileUrl(path: string): string {
  return `file:${path}`;
}
