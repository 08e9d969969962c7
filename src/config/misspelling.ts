/** Finds names in the environment that are probably meant to be settings of ours. */
import { letterDistance } from '../lib/letter-distance.ts'

/** Short names like HOST have innocent neighbours (HOME) in every environment. */
const allowed = (known: string): number => (known.length < 8 ? 0 : known.length < 12 ? 1 : 2)

/** The known name that is nearest, when it is near enough to be meant. */
export const findMeant = (name: string, known: readonly string[]): string | undefined => {
  const upper = name.toUpperCase()
  const [nearest] = known
    .map((key) => ({ key, letters: letterDistance(upper, key) }))
    .filter(({ key, letters }) => letters <= allowed(key))
    .sort((a, b) => a.letters - b.letters)
  return nearest?.key
}
