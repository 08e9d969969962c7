/** Finds names in the environment that are probably meant to be settings of ours. */

/** How many letters must be changed, added, removed or swapped with their neighbour. */
const distance = (left: string, right: string): number => {
  const rows: number[][] = [Array.from({ length: right.length + 1 }, (_value, index) => index)]
  for (let i = 1; i <= left.length; i += 1) {
    const row = [i]
    for (let j = 1; j <= right.length; j += 1) {
      const cost = left[i - 1] === right[j - 1] ? 0 : 1
      const at = (r: number, c: number): number => (r === i ? row[c] : rows[r]?.[c]) ?? Infinity
      let best = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + cost)
      if (i > 1 && j > 1 && left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1])
        best = Math.min(best, at(i - 2, j - 2) + 1)
      row.push(best)
    }
    rows.push(row)
  }
  return rows[left.length]?.[right.length] ?? Infinity
}

/** Short names like HOST have innocent neighbours (HOME) in every environment. */
const allowed = (known: string): number => (known.length < 8 ? 0 : known.length < 12 ? 1 : 2)

/** The known name that is nearest, when it is near enough to be meant. */
export const findMeant = (name: string, known: readonly string[]): string | undefined => {
  const upper = name.toUpperCase()
  const [nearest] = known
    .map((key) => ({ key, letters: distance(upper, key) }))
    .filter(({ key, letters }) => letters <= allowed(key))
    .sort((a, b) => a.letters - b.letters)
  return nearest?.key
}
