/** The columns of the catalog: what each shows, sorts by and is wide. */
import { Checkbox, Switch, Text, UnstyledButton } from '@mantine/core'
import {
  columnSizingFeature,
  columnVisibilityFeature,
  createColumnHelper,
  createSortedRowModel,
  rowSelectionFeature,
  rowSortingFeature,
  sortFn_basic,
  sortFn_text,
  tableFeatures,
} from '@tanstack/react-table'
import type { TFunction } from 'i18next'
import { formatNumber, formatTook } from '../../../format.ts'
import { formatCompact, formatDollars } from '../format-admin.ts'
import { TimeAgo } from '../time-ago.tsx'
import { EditableNumber } from './editable-number.tsx'
import { AvailabilityMark, ErrorRate, LastCheck, StatusMark } from './model-badges.tsx'
import { ModelMenu } from './model-menu.tsx'
import { statusOf, type ModelRow } from './model-row.ts'
import { PhoneLine } from './phone-line.tsx'
import type { ModelActs } from './use-model-acts.tsx'
import classes from './models.module.css'

export const modelTableFeatures = tableFeatures({
  rowSortingFeature,
  columnSizingFeature,
  columnVisibilityFeature,
  rowSelectionFeature,
  sortedRowModel: createSortedRowModel(),
  sortFns: { basic: sortFn_basic, text: sortFn_text },
})

const helper = createColumnHelper<typeof modelTableFeatures, ModelRow>()

/** Hidden until an administrator asks for them. */
export const hiddenAtFirst: Record<string, boolean> = {
  operations: false,
  inputPrice: false,
  outputPrice: false,
  tokensPerRequest: false,
  costUsd: false,
  slowMs: false,
  removedAt: false,
  createdAt: false,
  origin: false,
}

const priceOf = (row: ModelRow, field: string): number | undefined => {
  const value = row.price?.[field]
  return typeof value === 'number' ? value : undefined
}
/** Nothing known sorts last, whichever way. */
const known = <Value,>(value: Value | null): Value | undefined => value ?? undefined

interface ColumnDeps {
  t: TFunction
  locale: string
  acts: ModelActs
  onOpen: (row: ModelRow) => void
}

const chosen = ({ t }: ColumnDeps) =>
  helper.display({
    id: 'chosen',
    size: 44,
    enableHiding: false,
    header: ({ table }) => (
      <Checkbox
        size="xs"
        aria-label={t('admin.models.chooseAll')}
        checked={table.getIsAllRowsSelected()}
        indeterminate={table.getIsSomeRowsSelected() && !table.getIsAllRowsSelected()}
        onChange={table.getToggleAllRowsSelectedHandler()}
      />
    ),
    cell: ({ row }) => (
      <Checkbox
        size="xs"
        aria-label={t('admin.models.choose', { name: row.original.ref })}
        checked={row.getIsSelected()}
        onChange={row.getToggleSelectedHandler()}
      />
    ),
  })

const identity = (deps: ColumnDeps) => [
  helper.accessor('displayName', {
    id: 'displayName',
    size: 216,
    enableHiding: false,
    sortFn: 'text',
    header: deps.t('admin.models.column.displayName'),
    cell: ({ row: { original } }) => (
      <UnstyledButton className={classes.name ?? ''} onClick={() => deps.onOpen(original)}>
        <Text size="sm" fw={550} truncate>
          {original.displayName}
        </Text>
        <Text size="xs" c="dimmed" truncate>
          {original.key}
        </Text>
        <PhoneLine row={original} />
      </UnstyledButton>
    ),
  }),
  helper.accessor('provider', {
    id: 'provider',
    size: 102,
    sortFn: 'text',
    header: deps.t('admin.models.column.provider'),
  }),
  helper.accessor('active', {
    id: 'active',
    size: 64,
    sortFn: 'basic',
    header: deps.t('admin.models.column.active'),
    cell: ({ row: { original } }) => (
      <Switch
        size="sm"
        aria-label={deps.t('admin.models.switchNamed', { name: original.ref })}
        checked={original.active}
        disabled={deps.acts.isBusy(original)}
        onChange={(event) => deps.acts.setActive([original], event.currentTarget.checked)}
      />
    ),
  }),
  helper.accessor(statusOf, {
    id: 'status',
    size: 118,
    sortFn: 'text',
    header: deps.t('admin.models.column.status'),
    cell: ({ row }) => <StatusMark model={row.original} />,
  }),
  helper.accessor('availability', {
    id: 'availability',
    size: 142,
    sortFn: 'text',
    header: deps.t('admin.models.column.availability'),
    cell: ({ row }) => <AvailabilityMark model={row.original} />,
  }),
]

const multiplier = ({ t, locale, acts }: ColumnDeps) =>
  helper.accessor('creditMultiplier', {
    id: 'creditMultiplier',
    size: 104,
    sortFn: 'basic',
    header: t('admin.models.column.creditMultiplier'),
    cell: ({ row: { original } }) => (
      <EditableNumber
        label={t('admin.models.editNamed', { field: t('admin.models.column.creditMultiplier'), name: original.ref })}
        value={original.creditMultiplier}
        shown={`${formatNumber(original.creditMultiplier, locale, 3)}×`}
        min={0}
        max={1000}
        decimals={3}
        nullable={false}
        saving={acts.isBusy(original)}
        onSave={(value) => value !== null && acts.edit(original, { creditMultiplier: value })}
      />
    ),
  })

const errorRate = ({ t }: ColumnDeps) =>
  helper.accessor((row) => known(row.errorRate), {
    id: 'errorRate',
    size: 116,
    sortFn: 'basic',
    sortUndefined: 'last',
    header: t('admin.models.column.errorRate'),
    cell: ({ row }) => <ErrorRate share={row.original.errorRate} />,
  })

const timeColumn = (t: TFunction, field: 'removedAt' | 'createdAt') =>
  helper.accessor((row) => known(row[field]), {
    id: field,
    size: 134,
    sortFn: 'text',
    sortUndefined: 'last',
    header: t(`admin.models.column.${field}`),
    cell: ({ row }) => <TimeAgo iso={row.original[field]} />,
  })

const checkedAt = ({ t }: ColumnDeps) =>
  helper.accessor((row) => known(row.checkedAt), {
    id: 'checkedAt',
    size: 134,
    sortFn: 'text',
    sortUndefined: 'last',
    header: t('admin.models.column.checkedAt'),
    cell: ({ row }) => <LastCheck row={row.original} />,
  })

const limits = ({ t, locale, acts }: ColumnDeps) => {
  const limit = (field: 'contextLength' | 'maxOutputTokens', size: number) =>
    helper.accessor((row) => known(row[field]), {
      id: field,
      size,
      sortFn: 'basic',
      sortUndefined: 'last',
      header: t(`admin.models.column.${field}`),
      cell: ({ row: { original } }) => (
        <EditableNumber
          label={t('admin.models.editNamed', { field: t(`admin.models.column.${field}`), name: original.ref })}
          value={original[field]}
          shown={original[field] === null ? '–' : formatNumber(original[field], locale)}
          min={1}
          max={1_000_000_000}
          decimals={0}
          nullable
          saving={acts.isBusy(original)}
          onSave={(value) => acts.edit(original, { [field]: value })}
        />
      ),
    })
  return [limit('contextLength', 118), limit('maxOutputTokens', 138)]
}

const measured = ({ t, locale }: ColumnDeps) => {
  const number = (
    field: 'requests' | 'medianMs' | 'slowMs' | 'tokensPerRequest' | 'costUsd',
    size: number,
    format: (value: number, locale: string) => string,
  ) =>
    helper.accessor((row) => known(row[field]), {
      id: field,
      size,
      sortFn: 'basic',
      sortUndefined: 'last',
      header: t(`admin.models.column.${field}`),
      cell: ({ row: { original } }) => (original[field] === null ? '–' : format(original[field], locale)),
    })
  return [
    number('requests', 104, formatCompact),
    number('medianMs', 104, formatTook),
    number('slowMs', 104, formatTook),
    number('tokensPerRequest', 124, formatCompact),
    number('costUsd', 104, formatDollars),
  ]
}

const origins = ({ t, locale }: ColumnDeps) => {
  const price = (id: 'inputPrice' | 'outputPrice', field: string) =>
    helper.accessor((row) => priceOf(row, field), {
      id,
      size: 122,
      sortFn: 'basic',
      sortUndefined: 'last',
      header: t(`admin.models.column.${id}`),
      cell: ({ getValue }) => {
        const value = getValue()
        return value === undefined ? '–' : formatDollars(value, locale)
      },
    })
  return [
    price('inputPrice', 'inputPerMillion'),
    price('outputPrice', 'outputPerMillion'),
    helper.accessor((row) => row.operations.map((one) => t(`admin.models.operation.${one}`)).join(', '), {
      id: 'operations',
      size: 130,
      sortFn: 'text',
      header: t('admin.models.column.operations'),
    }),
    timeColumn(t, 'removedAt'),
    timeColumn(t, 'createdAt'),
    helper.accessor((row) => t(`admin.models.origin.${row.origin}`), {
      id: 'origin',
      size: 110,
      sortFn: 'text',
      header: t('admin.models.column.origin'),
    }),
  ]
}

export const createModelColumns = (deps: ColumnDeps) =>
  helper.columns([
    chosen(deps),
    ...identity(deps),
    multiplier(deps),
    errorRate(deps),
    checkedAt(deps),
    ...limits(deps),
    ...measured(deps),
    ...origins(deps),
    helper.display({
      id: 'menu',
      size: 56,
      enableHiding: false,
      header: deps.t('admin.models.column.menu'),
      cell: ({ row }) => <ModelMenu row={row.original} acts={deps.acts} onOpen={deps.onOpen} />,
    }),
  ])
