/**
 * The name of a container as people know it. ffmpeg names one reader for a family (`mov,mp4,m4a,3gp,3g2,mj2`); of those the
 * file's own ending is shown where it is one of them, otherwise the first.
 */
const knownNames: Readonly<Record<string, string>> = { matroska: 'mkv', mpegts: 'ts', asf: 'wma' }

export const formatContainer = (container: string | null, fileName: string): string | null => {
  if (container === null || container === '') return null
  const names = container.split(',').map((name) => knownNames[name] ?? name)
  const ending = fileName.split('.').at(-1)?.toLowerCase() ?? ''
  return names.includes(ending) ? ending : (names[0] ?? null)
}
