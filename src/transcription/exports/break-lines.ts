/** Breaks a caption into at most two balanced lines. */

/** Characters a line, as broadcasters ask for Latin scripts (Netflix Timed Text Style Guide: 42). */
export const maxLineLength = 42

/** Code points, so that letters outside the basic plane count once. */
export const lengthOf = (text: string): number => [...text].length

/** A line reads best when it ends with a mark, and worst when a short word hangs at its end. */
const penalty = (line: string): number => (/[,;:.!?…]$/u.test(line) ? -8 : / \S{1,3}$/u.test(line) ? 4 : 0)

const tooLong = (line: string): number => Math.max(0, lengthOf(line) - maxLineLength)

/** Two lines as even as the words allow; a single word longer than a line stays whole. */
export const breakLines = (text: string): string[] => {
  if (lengthOf(text) <= maxLineLength) return [text]
  const words = text.split(' ')
  let best = [text]
  let bestCost = Number.POSITIVE_INFINITY
  for (let cut = 1; cut < words.length; cut += 1) {
    const lines = [words.slice(0, cut).join(' '), words.slice(cut).join(' ')]
    const [first = '', second = ''] = lines
    const cost =
      Math.abs(lengthOf(first) - lengthOf(second)) + penalty(first) + 100 * (tooLong(first) + tooLong(second))
    if (cost < bestCost) [best, bestCost] = [lines, cost]
  }
  return best
}

/** Whether the words fit into one caption. */
export const fitsCaption = (text: string): boolean =>
  breakLines(text).every((line) => lengthOf(line) <= maxLineLength) || !text.includes(' ')
