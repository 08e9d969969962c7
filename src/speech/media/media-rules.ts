/** What is let into the media tools, and what their complaints mean. Data and pure functions. */
import type { ErrorCode } from '../../errors.ts'

/**
 * Containers that hold recordings. Everything that can name another file or address (hls, dash, concat, image2, sdp, …), and
 * everything that is no recording (images, subtitles, text), is left out on purpose.
 */
export const CONTAINERS = [
  'aac',
  'ac3',
  'aiff',
  'amr',
  'amrnb',
  'amrwb',
  'ape',
  'asf',
  'au',
  'avi',
  'caf',
  'dsf',
  'dts',
  'dtshd',
  'dv',
  'eac3',
  'flac',
  'flv',
  'gsm',
  'h264',
  'hevc',
  'ivf',
  'm4v',
  'matroska',
  'webm',
  'mlp',
  'mov',
  'mp4',
  'm4a',
  '3gp',
  '3g2',
  'mj2',
  'mp3',
  'mpc',
  'mpc8',
  'mpeg',
  'mpegts',
  'mpegvideo',
  'mxf',
  'nut',
  'obu',
  'ogg',
  'oma',
  'rm',
  'tak',
  'truehd',
  'tta',
  'voc',
  'w64',
  'wav',
  'wtv',
  'wv',
  'xwma',
] as const

/** First bytes as text: what points elsewhere is refused by its look, before any tool sees it. */
export const pointsElsewhere = (head: Uint8Array): boolean => {
  const text = Buffer.from(head)
    .toString('latin1')
    .replace(/^\u00ef\u00bb\u00bf/, '')
    .trimStart()
    .slice(0, 2048)
  return (
    /^#EXTM3U|^ffconcat version|^\[playlist\]|^\[Reference\]|^<ASX|^<smil|^RTSPtext|^v=0[\r\n]/i.test(text) ||
    /^<(\?xml|MPD|SmoothStreamingMedia)[\s\S]*<?(MPD|SmoothStreamingMedia)[\s>]/i.test(text) ||
    /^(file|stream|https?|rtmp|rtsp|concat|subfile|crypto|data)(:| +['"]?[./\w])/i.test(text)
  )
}

/** The meaning of a tool's last lines, or `undefined` when they say nothing known. */
export const codeOfComplaint = (errors: string): ErrorCode | undefined => {
  if (/not on whitelist '(hls|dash|concat|applehttp|sdp|rtsp|image2)/i.test(errors)) return 'media-unsafe'
  if (/protocol .* not on whitelist|Unsafe file name/i.test(errors)) return 'media-unsafe'
  if (/moov atom not found|partial file|truncated|End of file|EOF/i.test(errors)) return 'media-truncated'
  if (/encrypted|DRM|decryption key/i.test(errors)) return 'media-encrypted'
  if (/Invalid data found|not on whitelist|could not find codec|Unknown format|no decoder/i.test(errors))
    return 'media-not-recognized'
  return undefined
}

export const COMPLAINTS: Readonly<Partial<Record<ErrorCode, string>>> = {
  'media-unsafe': 'The file is a list that points to other files or addresses',
  'media-truncated': 'The recording breaks off or is damaged',
  'media-encrypted': 'The recording is protected against copying',
  'media-not-recognized': 'This is no audio or video file that can be read',
}
