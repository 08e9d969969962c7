/** The catalog: every model, found, compared, changed, tested. */
import { Button, Group, Text } from '@mantine/core'
import { useLocalStorage } from '@mantine/hooks'
import type { RowSelectionState, SortingState } from '@tanstack/react-table'
import { IconPlus } from '@tabler/icons-react'
import { useMemo, useState, type ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import type { CatalogModel } from '../../../../src/http/contract/model-admin.ts'
import { Page } from '../../../components/page.tsx'
import { ProblemAlert } from '../../../components/problem-alert.tsx'
import { QueryView } from '../query-view.tsx'
import { BulkBar } from './bulk-bar.tsx'
import { CheckAll } from './check-all.tsx'
import { ColumnMenu } from './column-menu.tsx'
import { FilterBar } from './filter-bar.tsx'
import { FoundModels } from './found-models.tsx'
import { createModelColumns, hiddenAtFirst } from './model-columns.tsx'
import { ModelDrawer } from './model-drawer.tsx'
import { ModelForm } from './model-form.tsx'
import { Proposals } from './proposals.tsx'
import { TestModelDialog } from './test-model-dialog.tsx'
import { useModelActs } from './use-model-acts.tsx'
import { matchesFilters, useModelFilters } from './use-model-filters.ts'
import { useModelRows } from './use-model-rows.ts'

/** The model whose drawer is open stands in the address, so that it can be linked to. */
const useOpenModel = (): [string | null, (ref: string | null) => void] => {
  const [params, setParams] = useSearchParams()
  return [
    params.get('model'),
    (ref) =>
      setParams((before) => {
        const next = new URLSearchParams(before)
        if (ref === null) next.delete('model')
        else next.set('model', ref)
        return next
      }),
  ]
}

const columnIds = (columns: ReturnType<typeof createModelColumns>): { id: string; label: string }[] =>
  columns.flatMap(({ id, header, enableHiding }) =>
    enableHiding === false || id === undefined || typeof header !== 'string' ? [] : [{ id, label: header }],
  )

export const ModelsPage = (): ReactElement => {
  const { t, i18n } = useTranslation()
  const { catalog, usage, rows } = useModelRows()
  const [filters, changeFilters] = useModelFilters()
  const [open, setOpen] = useOpenModel()
  const [sorting, setSorting] = useState<SortingState>([{ id: 'provider', desc: false }])
  const [selection, setSelection] = useState<RowSelectionState>({})
  const [visibility, setVisibility] = useLocalStorage<Record<string, boolean>>({
    key: 'mp4totext.model-columns',
    defaultValue: hiddenAtFirst,
    getInitialValueInEffect: false,
  })
  const [testing, setTesting] = useState<CatalogModel | null>(null)
  const [form, setForm] = useState<{ model: CatalogModel | null } | null>(null)
  const acts = useModelActs({
    onTest: setTesting,
    onForm: (model) => setForm({ model }),
    onDone: () => setSelection({}),
  })
  const shown = useMemo(() => rows.filter((row) => matchesFilters(row, filters)), [rows, filters])
  const columns = createModelColumns({ t, locale: i18n.language, acts, onOpen: ({ ref }) => setOpen(ref) })
  const chosen = shown.filter(({ ref }) => selection[ref] === true)
  return (
    <Page
      title={t('admin.nav.models')}
      description={t('admin.models.description')}
      width={1680}
      actions={
        <Group gap="xs">
          <CheckAll providers={catalog.data?.providers ?? []} />
          <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => acts.openForm()}>
            {t('admin.models.add')}
          </Button>
        </Group>
      }
    >
      {usage.error !== null && <ProblemAlert error={usage.error} onRetry={() => void usage.refetch()} />}
      <QueryView query={catalog} lines={9}>
        {({ models, providers }) => (
          <>
            <Proposals rows={rows} acts={acts} />
            <FilterBar rows={rows} filters={filters} onChange={changeFilters}>
              <ColumnMenu columns={columnIds(columns)} visibility={visibility} onChange={setVisibility} />
            </FilterBar>
            <Text size="xs" c="dimmed" role="status" mb={6}>
              {t('admin.models.shown', { count: shown.length, total: models.length })}
            </Text>
            <FoundModels
              rows={shown}
              isCatalogEmpty={models.length === 0}
              onClearFilters={() => changeFilters(null)}
              columns={columns}
              sorting={sorting}
              onSorting={setSorting}
              visibility={visibility}
              selection={selection}
              onSelection={setSelection}
            />
            <BulkBar chosen={chosen} acts={acts} onClear={() => setSelection({})} />
            <ModelDrawer row={rows.find(({ ref }) => ref === open) ?? null} acts={acts} onClose={() => setOpen(null)} />
            <TestModelDialog model={testing} onClose={() => setTesting(null)} />
            <ModelForm
              opened={form !== null}
              model={form?.model ?? null}
              providers={providers.map(({ provider }) => provider)}
              onClose={() => setForm(null)}
            />
          </>
        )}
      </QueryView>
    </Page>
  )
}
