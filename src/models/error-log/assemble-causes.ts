/** Counts of failures by cause and model, and by cause and operation, as one list of causes and what to filter by. Pure. */

export interface CauseFacts {
  readonly cause: string
  readonly provider: string
  readonly code: string
  readonly blame: 'caller' | 'provider' | 'us'
  readonly status: number | null
  readonly message: string
}
export interface ModelCount {
  readonly cause: string
  readonly model: string
  readonly count: number
  readonly first_at: Date
  readonly last_at: Date
}
export interface OperationCount {
  readonly cause: string
  readonly operation: string
  readonly count: number
}
export interface CauseRow extends CauseFacts {
  readonly count: number
  readonly models: string[]
  readonly operations: string[]
  readonly first_at: Date
  readonly last_at: Date
}
export interface FacetRow {
  readonly facet: 'provider' | 'model' | 'operation' | 'code'
  readonly value: string
  readonly count: number
}
export interface Causes {
  readonly items: CauseRow[]
  readonly total: number
  readonly facets: FacetRow[]
}

const groupedBy = <Row>(rows: readonly Row[], keyOf: (row: Row) => string): Map<string, Row[]> => {
  const groups = new Map<string, Row[]>()
  for (const row of rows) {
    const group = groups.get(keyOf(row))
    if (group === undefined) groups.set(keyOf(row), [row])
    else group.push(row)
  }
  return groups
}

const countOf = (rows: readonly { readonly count: number }[]): number => rows.reduce((sum, { count }) => sum + count, 0)

/** Most frequent first. */
const facet = <Row extends { readonly count: number }>(
  name: FacetRow['facet'],
  rows: readonly Row[],
  valueOf: (row: Row) => string,
): FacetRow[] =>
  [...groupedBy(rows, valueOf)]
    .map(([value, group]) => ({ facet: name, value, count: countOf(group) }))
    .sort((one, other) => other.count - one.count || (one.value < other.value ? -1 : 1))

const timeOf = (rows: readonly ModelCount[], end: 'first_at' | 'last_at', pick: typeof Math.min): Date =>
  new Date(rows.reduce((time, row) => pick(time, row[end].getTime()), rows[0]?.[end].getTime() ?? 0))

export const assembleCauses = (
  facts: readonly CauseFacts[],
  byModel: readonly ModelCount[],
  byOperation: readonly OperationCount[],
  limit: number,
): Causes => {
  const models = groupedBy(byModel, ({ cause }) => cause)
  const operations = groupedBy(byOperation, ({ cause }) => cause)
  const all = facts.flatMap((one): CauseRow[] => {
    const rows = models.get(one.cause)
    if (rows === undefined) return []
    return [
      {
        ...one,
        count: countOf(rows),
        models: rows.map(({ model }) => model).sort(),
        operations: (operations.get(one.cause) ?? []).map(({ operation }) => operation).sort(),
        first_at: timeOf(rows, 'first_at', Math.min),
        last_at: timeOf(rows, 'last_at', Math.max),
      },
    ]
  })
  all.sort((one, other) => other.count - one.count || other.last_at.getTime() - one.last_at.getTime())
  return {
    items: all.slice(0, limit),
    total: countOf(all),
    facets: [
      ...facet('provider', all, ({ provider }) => provider),
      ...facet('model', byModel, ({ model }) => model),
      ...facet('operation', byOperation, ({ operation }) => operation),
      ...facet('code', all, ({ code }) => code),
    ],
  }
}
