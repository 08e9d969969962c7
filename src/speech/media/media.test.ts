import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { copyFile, mkdir, mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deflateRawSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { AppError, type ErrorCode } from '../../errors.ts'
import { resolveFfmpeg, runTool, type FfmpegTools } from '../ffmpeg.ts'
import { decodeAudio } from './decode-audio.ts'
import { encodePiece } from './encode-piece.ts'
import { probeMedia } from './probe-media.ts'

const SAMPLE = join(import.meta.dirname, '../../../test/fixtures/audio/jfk.wav')
const signal = new AbortController().signal
let folder = ''
let tools: FfmpegTools

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'media-'))
  tools = await resolveFfmpeg({ searchPath: process.env['PATH'] })
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const make = (name: string, ...words: string[]): string => {
  const path = join(folder, name)
  execFileSync(tools.ffmpegPath, ['-nostdin', '-v', 'error', '-y', ...words, path])
  return path
}
const write = async (name: string, content: string | Uint8Array): Promise<string> => {
  const path = join(folder, name)
  await writeFile(path, content)
  return path
}
const cut = async (path: string, share: number): Promise<string> => {
  await truncate(path, Math.floor((await stat(path)).size * share))
  return path
}

/** Probe and decode as a pipeline does: the seconds of sound, or the code of the error. */
const outcome = async (path: string): Promise<number | ErrorCode> => {
  const output = join(folder, `out-${randomBytes(4).toString('hex')}.s16le`)
  try {
    const info = await probeMedia(path, { ffprobePath: tools.ffprobePath, signal })
    const { durationSecond } = await decodeAudio(path, output, { ffmpegPath: tools.ffmpegPath, signal, info })
    return durationSecond
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown
    expect(existsSync(output)).toBe(false)
    expect(JSON.stringify(thrown.details)).not.toContain(folder)
    return thrown.code
  }
}

const video = ['-f', 'lavfi', '-i', 'testsrc=s=64x64:d=20:r=5']
const tone = (seconds: number): string[] => ['-f', 'lavfi', '-i', `sine=f=300:d=${seconds}:r=16000`]

test.each<[string, () => Promise<string>]>([
  ['wav', async () => SAMPLE],
  ['mp3', async () => make('a.mp3', '-i', SAMPLE)],
  ['m4a', async () => make('a.m4a', '-i', SAMPLE)],
  ['flac', async () => make('a.flac', '-i', SAMPLE)],
  ['ogg', async () => make('a.ogg', '-i', SAMPLE)],
  ['opus in webm', async () => make('a.webm', '-i', SAMPLE, '-c:a', 'libopus')],
  ['mp4 with pictures', async () => make('a.mp4', ...video, '-i', SAMPLE, '-shortest')],
  ['mkv with pictures', async () => make('a.mkv', ...video, '-i', SAMPLE, '-shortest')],
  ['mpeg transport stream', async () => make('a.ts', '-i', SAMPLE, '-c:a', 'mp2')],
  [
    '8 channels',
    async () => make('8.wav', '-i', SAMPLE, '-af', 'pan=7.1|c0=c0|c1=c0|c2=c0|c3=c0|c4=c0|c5=c0|c6=c0|c7=c0'),
  ],
  [
    '8 channels of no known order',
    async () => make('8u.wav', ...Array<string[]>(8).fill(['-i', SAMPLE]).flat(), '-filter_complex', 'amerge=inputs=8'),
  ],
  ['8 kHz', async () => make('8k.wav', '-i', SAMPLE, '-ar', '8000')],
  ['192 kHz', async () => make('192k.flac', '-i', SAMPLE, '-ar', '192000')],
  [
    'a wrong extension',
    async () => {
      await copyFile(make('b.mp3', '-i', SAMPLE), join(folder, 'b.mp4'))
      return join(folder, 'b.mp4')
    },
  ],
  [
    'a name like an option',
    async () => {
      await copyFile(SAMPLE, join(folder, '-i -y; $(id) %d.wav'))
      return join(folder, '-i -y; $(id) %d.wav')
    },
  ],
  [
    'a name like a protocol',
    async () => {
      await copyFile(SAMPLE, join(folder, 'http:a|b.wav'))
      return join(folder, 'http:a|b.wav')
    },
  ],
  [
    'the longest name',
    async () => {
      const path = join(folder, `${'n'.repeat(251)}.wav`)
      await copyFile(SAMPLE, path)
      return path
    },
  ],
  [
    'cover art',
    async () =>
      make(
        'cover.mp3',
        '-i',
        SAMPLE,
        '-f',
        'lavfi',
        '-i',
        'testsrc=s=64x64:d=1',
        '-frames:v',
        '1',
        '-map',
        '0:a',
        '-map',
        '1:v',
        '-c:v',
        'mjpeg',
        '-disposition:v',
        'attached_pic',
      ),
  ],
])('whole sound comes from %s', async (_, file) => {
  const seconds = await outcome(await file())
  expect(seconds).toBeGreaterThan(10.7)
  expect(seconds).toBeLessThan(11.3)
})

const playlist = (target: string): string =>
  `#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n${target}\n#EXT-X-ENDLIST\n`

/** A local header that promises far more than it holds, as a zip bomb has. */
const zipBytes = (): Buffer =>
  Buffer.concat([
    Buffer.from('PK\x03\x04\x14\0\0\0\x08\0', 'latin1'),
    Buffer.alloc(16),
    deflateRawSync(Buffer.alloc(1_000_000)),
  ])

const id3Bomb = (): Buffer =>
  Buffer.concat([
    Buffer.from('ID3\x04\0\0\x7f\x7f\x7f\x7f', 'latin1'),
    Buffer.alloc(200_000, 'TXXX\x07\x7f\x7f\x7f\0\0', 'latin1'),
  ])

test.each<[string, () => Promise<string>, ErrorCode[]]>([
  ['an empty file', () => write('empty.mp4', ''), ['media-empty']],
  [
    'text renamed mp4',
    () => write('text.mp4', 'Dear Sir or Madam, this is no recording. '.repeat(500)),
    ['media-not-recognized'],
  ],
  ['random bytes', () => write('random.mp3', randomBytes(300_000)), ['media-not-recognized']],
  ['html', () => write('page.mp4', '<!doctype html><html><body>404</body></html>'), ['media-not-recognized']],
  ['a pdf', () => write('a.pdf', `%PDF-1.7\n${'1 0 obj <<>> endobj\n'.repeat(300)}`), ['media-not-recognized']],
  ['a zip', () => write('bomb.zip', zipBytes()), ['media-not-recognized']],
  ['metadata that promises gigabytes', () => write('bomb.mp3', id3Bomb()), ['media-not-recognized', 'media-truncated']],
  [
    'an image',
    async () => make('image.png', '-f', 'lavfi', '-i', 'testsrc=s=64x64:d=1', '-frames:v', '1'),
    ['media-not-recognized'],
  ],
  ['an animated image', async () => make('image.gif', ...video), ['media-not-recognized']],
  ['subtitles', () => write('a.srt', '1\n00:00:01,000 --> 00:00:02,000\nHello\n'), ['media-not-recognized']],
  ['video without sound', async () => make('silent.mp4', ...video), ['media-no-audio']],
  [
    'a sound track of no length',
    async () => make('zero.wav', '-f', 'lavfi', '-i', 'anullsrc=r=16000', '-t', '0'),
    ['media-empty', 'media-not-recognized'],
  ],
  [
    'an mp4 cut before its index',
    () => cut(make('cut.mp4', ...video, ...tone(20), '-shortest'), 0.6),
    ['media-truncated'],
  ],
  [
    'an mp4 cut after its index',
    () => cut(make('fast.mp4', ...video, ...tone(20), '-shortest', '-movflags', 'faststart'), 0.5),
    ['media-truncated'],
  ],
  [
    'a wav of which only the header is left',
    async () => {
      const path = make('head.wav', ...tone(20))
      await truncate(path, 60)
      return path
    },
    ['media-empty', 'media-not-recognized', 'media-truncated'],
  ],
  ['an mp3 cut in half', () => cut(make('half.mp3', ...tone(20)), 0.5), ['media-truncated']],
  ['a wav cut in half', () => cut(make('half.wav', ...tone(20)), 0.5), ['media-truncated']],
  ['a playlist of a local file', () => write('local.m3u8', playlist('file:///etc/passwd')), ['media-unsafe']],
  ['a playlist renamed mp4', () => write('list.mp4', playlist(SAMPLE)), ['media-unsafe']],
  ['a concat script', () => write('list.txt', `ffconcat version 1.0\nfile '${SAMPLE}'\n`), ['media-unsafe']],
  ['a concat script without a header', () => write('list2.txt', `file '${SAMPLE}'\n`), ['media-unsafe']],
  [
    'a dash manifest',
    () =>
      write(
        'a.mpd',
        '<?xml version="1.0"?>\n<MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><BaseURL>file:///etc/passwd</BaseURL></MPD>',
      ),
    ['media-unsafe'],
  ],
  [
    'a session description',
    () => write('a.sdp', 'v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nm=audio 5004 RTP/AVP 0\n'),
    ['media-unsafe'],
  ],
])('a clear error comes from %s', async (_, file, codes) => {
  expect(codes).toContain(await outcome(await file()))
})

test('a protected mp4 is told as protected', async () => {
  const key = [
    '-encryption_scheme',
    'cenc-aes-ctr',
    '-encryption_key',
    '76a6c65c5ea762046bd749a2e632ccbb',
    '-encryption_kid',
    'a7e61c373e219033c21091fa607bf3b8',
  ]
  expect(await outcome(make('locked.mp4', '-i', SAMPLE, ...key))).toBe('media-encrypted')
})

test('one frame of sound is no error', async () => {
  const seconds = await outcome(make('frame.wav', ...tone(1), '-frames:a', '1'))
  expect(seconds).toBeGreaterThan(0)
  expect(seconds).toBeLessThan(0.2)
})

test('no playlist makes a connection', async () => {
  let requests = 0
  const server = createServer((_request, response) => {
    requests += 1
    response.end()
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/a.ts`
  const disguised = `\n\n${' '.repeat(50)}\n${playlist(address)}`
  const codes = await Promise.all([
    outcome(await write('url.m3u8', playlist(address))),
    outcome(await write('url.txt', disguised)),
    outcome(await write('url.pls', `[playlist]\nFile1=${address}\n`)),
  ])
  await new Promise((done) => server.close(done))
  expect(codes).toEqual(['media-unsafe', 'media-unsafe', 'media-unsafe'])
  expect(requests).toBe(0)
})

test('an abort ends ffmpeg and leaves no file', async () => {
  const long = make('long.wav', '-f', 'lavfi', '-i', 'anullsrc=r=8000:cl=mono', '-t', '4000')
  const controller = new AbortController()
  const output = join(folder, 'aborted.s16le')
  const work = decodeAudio(long, output, {
    ffmpegPath: tools.ffmpegPath,
    signal: controller.signal,
    onProgress: () => controller.abort(),
  })
  await expect(work).rejects.toMatchObject({ code: 'cancelled' })
  expect(existsSync(output)).toBe(false)
})

test('a recording that is too long is refused before and while it is decoded', async () => {
  const info = { durationSecond: undefined, audio: [] }
  const decode = (options: object) =>
    decodeAudio(SAMPLE, join(folder, 'long.s16le'), {
      ffmpegPath: tools.ffmpegPath,
      signal,
      longestSecond: 5,
      ...options,
    })
  await expect(decode({ info })).rejects.toMatchObject({ code: 'media-too-long' })
  await expect(decode({ info: { ...info, durationSecond: 11 } })).rejects.toMatchObject({ code: 'media-too-long' })
})

test('time, memory and output of a tool are limited', async () => {
  const forever = ['-v', 'error', '-f', 'lavfi', '-re', '-i', 'anullsrc', '-f', 'null', '-']
  await expect(runTool(tools.ffmpegPath, forever, { signal, timeoutMs: 200 })).rejects.toMatchObject({
    code: 'ffmpeg-failed',
  })
  const loud = ['-v', 'error', '-f', 'lavfi', '-i', 'anullsrc', '-f', 's16le', '-']
  await expect(
    runTool(tools.ffmpegPath, loud, { signal, timeoutMs: 20_000, outputLimitBytes: 1000 }),
  ).rejects.toMatchObject({ code: 'ffmpeg-failed' })
  const small = await runTool(tools.ffmpegPath, ['-version'], {
    signal,
    timeoutMs: 20_000,
    memoryLimitBytes: 20_000_000,
  })
  expect(small.exitCode === 0 && process.platform === 'linux').toBe(false)
})

test('a missing ffmpeg is told, and where it was looked for', async () => {
  await expect(resolveFfmpeg({ searchPath: folder })).rejects.toMatchObject({ code: 'ffmpeg-missing' })
  await expect(
    resolveFfmpeg({ ffmpegPath: join(folder, 'none'), searchPath: process.env['PATH'] }),
  ).rejects.toMatchObject({ details: { searched: 'FFMPEG_PATH' } })
  const byFolder = await resolveFfmpeg({ ffmpegPath: join(tools.ffmpegPath, '..'), searchPath: '' })
  expect(byFolder.ffmpegPath).toBe(tools.ffmpegPath)
})

test.each([
  ['wav', 'RIFF'],
  ['flac', 'fLaC'],
  ['mp3', 'ID3'],
] as const)('a piece can be had as %s', async (format, magic) => {
  const output = join(folder, 'piece.s16le')
  await decodeAudio(SAMPLE, output, { ffmpegPath: tools.ffmpegPath, signal })
  const piece = await encodePiece(output, { startSecond: 2, endSecond: 5 }, format, {
    ffmpegPath: tools.ffmpegPath,
    signal,
  })
  expect(piece.subarray(0, 4).toString('latin1')).toContain(magic)
  expect(await outcome(await write(`piece.${format}`, piece))).toBeCloseTo(3, 0)
})

test('progress is told and nothing else is written', async () => {
  const alone = join(folder, 'alone')
  await mkdir(alone)
  const seen: number[] = []
  const info = await probeMedia(SAMPLE, { ffprobePath: tools.ffprobePath, signal })
  await decodeAudio(SAMPLE, join(alone, 'a.s16le'), {
    ffmpegPath: tools.ffmpegPath,
    signal,
    info,
    onProgress: (second) => seen.push(second),
  })
  expect(seen.at(-1)).toBeCloseTo(11, 0)
  expect(readdirSync(alone)).toEqual(['a.s16le'])
  expect((await readFile(join(alone, 'a.s16le'))).length).toBe(176_000 * 2)
})
