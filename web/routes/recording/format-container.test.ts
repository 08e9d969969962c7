import { expect, test } from 'vitest'
import { formatContainer } from './format-container.ts'

test.each([
  ['mov,mp4,m4a,3gp,3g2,mj2', 'Konuşma.MP4', 'mp4'],
  ['mov,mp4,m4a,3gp,3g2,mj2', 'talk.m4a', 'm4a'],
  ['mov,mp4,m4a,3gp,3g2,mj2', 'no ending', 'mov'],
  ['matroska,webm', 'a.mkv', 'mkv'],
  ['matroska,webm', 'a.webm', 'webm'],
  ['wav', 'lies.mp3', 'wav'],
  ['', 'a.wav', null],
  [null, 'a.wav', null],
])('%s of %s is shown as %s', (container, fileName, shown) => {
  expect(formatContainer(container, fileName)).toBe(shown)
})
