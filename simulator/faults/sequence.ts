// Faults that come and go with the number of the attempt; attempts are counted per provider and model.
import type { Fault } from './types.ts'

const count = (args: string[], index: number, fallback: number) =>
  Math.max(0, Math.floor(Number(args[index] ?? fallback)))

const inner = (args: string[], from: number) => args.slice(from).join(':') || 'overloaded'

export const SEQUENCE_FAULTS: Fault[] = [
  {
    name: 'flapping',
    family: 'sequence',
    args: 'good=2, bad=2, fault=overloaded',
    what: 'so many good answers, then so many bad ones, and again',
    sequence: (args, attempt) => {
      const good = count(args, 0, 2)
      const bad = count(args, 1, 2)
      return attempt % Math.max(1, good + bad) < good ? undefined : inner(args, 2)
    },
  },
  {
    name: 'first',
    family: 'sequence',
    args: 'bad=1, fault=overloaded',
    what: 'the first attempts fail, all later ones pass',
    sequence: (args, attempt) => (attempt < count(args, 0, 1) ? inner(args, 1) : undefined),
  },
  {
    name: 'every',
    family: 'sequence',
    args: 'n=3, fault=overloaded',
    what: 'every n-th attempt fails',
    sequence: (args, attempt) => ((attempt + 1) % Math.max(1, count(args, 0, 3)) === 0 ? inner(args, 1) : undefined),
  },
]
