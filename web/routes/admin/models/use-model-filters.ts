/** The filters of the catalog, kept in the address so that a link shows the same rows. */
import { useSearchParams } from 'react-router'
import { fold } from '../../../transcript/find-matches.ts'
import { markOf, statusOf, type ModelRow } from './model-row.ts'

const names = ['search', 'provider', 'status', 'availability', 'capability', 'operation', 'mark'] as const
type Name = (typeof names)[number]
export type ModelFilters = Record<Name, string>

export const noFilters: ModelFilters = {
  search: '',
  provider: '',
  status: '',
  availability: '',
  capability: '',
  operation: '',
  mark: '',
}

export const matchesFilters = (row: ModelRow, filters: ModelFilters): boolean => {
  const text = fold(`${row.displayName} ${row.ref} ${row.aliases.join(' ')}`).text
  const isOrAny = (wanted: string, value: string | null): boolean => wanted === '' || wanted === value
  const hasOrAny = (wanted: string, values: readonly string[]): boolean => wanted === '' || values.includes(wanted)
  return (
    text.includes(fold(filters.search.trim()).text) &&
    isOrAny(filters.provider, row.provider) &&
    isOrAny(filters.status, statusOf(row)) &&
    isOrAny(filters.availability, row.availability) &&
    isOrAny(filters.mark, markOf(row)) &&
    hasOrAny(filters.operation, row.operations) &&
    hasOrAny(filters.capability, [...row.capabilities, ...row.inputModalities])
  )
}

export const useModelFilters = (): [ModelFilters, (changes: Partial<ModelFilters> | null) => void] => {
  const [params, setParams] = useSearchParams()
  const filters = Object.fromEntries(names.map((name) => [name, params.get(name) ?? ''])) as ModelFilters
  const change = (changes: Partial<ModelFilters> | null): void =>
    setParams(
      (before) => {
        const next = new URLSearchParams(before)
        for (const [name, value] of Object.entries(changes ?? noFilters)) {
          if (value === '') next.delete(name)
          else next.set(name, value)
        }
        return next
      },
      { replace: true },
    )
  return [filters, change]
}
