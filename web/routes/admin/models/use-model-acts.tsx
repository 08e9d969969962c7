/** What can be done to models: one way for the table, the bar of chosen rows and the drawer. */
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { z } from 'zod'
import {
  deleteCatalogModel,
  updateCatalogModel,
  updateCatalogModels,
  type CatalogModel,
} from '../../../../src/http/contract/model-admin.ts'
import { ApiError, call } from '../../../api.ts'
import { useAct } from '../use-act.ts'
import { useConfirm } from '../use-confirm.tsx'

export type ModelEdit = z.input<typeof updateCatalogModel.body>
type ManyEdit = z.input<typeof updateCatalogModels.body>['change']

export interface ModelActs {
  isBusy: (model: CatalogModel) => boolean
  /** On any of them. */
  isWorking: boolean
  setActive: (models: readonly CatalogModel[], active: boolean) => void
  edit: (model: CatalogModel, change: ModelEdit) => void
  editAll: (models: readonly CatalogModel[], change: ManyEdit) => void
  remove: (models: readonly CatalogModel[]) => void
  test: (model: CatalogModel) => void
  /** Without a model: a new one. */
  openForm: (model?: CatalogModel) => void
}

interface Done {
  done: number
  refused: string[]
}

const nameOf = ({ provider, key }: CatalogModel): { provider: string; key: string } => ({ provider, key })

/** One after the other; what the server refuses doesn't stop the rest. A failure of the line stops all. */
const eachOf = async (
  models: readonly CatalogModel[],
  run: (model: CatalogModel) => Promise<unknown>,
): Promise<Done> => {
  const refused: string[] = []
  for (const model of models) {
    try {
      await run(model)
    } catch (error) {
      if (!(error instanceof ApiError) || error.problem === null || models.length === 1) throw error
      refused.push(`${model.ref}: ${error.message}`)
    }
  }
  return { done: models.length - refused.length, refused }
}

const change = async (model: CatalogModel, body: ModelEdit): Promise<unknown> =>
  await call(updateCatalogModel, { params: nameOf(model), body })

/** Many in one request: they are changed whether the page stays open or not. */
const changeAll = async (models: readonly CatalogModel[], { active, creditMultiplier }: ManyEdit): Promise<Done> => {
  const edit = { ...(active !== undefined && { active }), ...(creditMultiplier !== undefined && { creditMultiplier }) }
  const { changed, refused } = await call(updateCatalogModels, { body: { models: models.map(nameOf), change: edit } })
  return { done: changed, refused: refused.map(({ provider, key, reason }) => `${provider}/${key}: ${reason}`) }
}

interface Dialogs {
  onTest: (model: CatalogModel) => void
  onForm: (model: CatalogModel | null) => void
  onDone: () => void
}

export const useModelActs = ({ onTest, onForm, onDone }: Dialogs): ModelActs => {
  const { t } = useTranslation()
  const confirm = useConfirm()
  const [busy, setBusy] = useState<readonly string[]>([])
  const act = useAct<Done, { models: readonly CatalogModel[]; run: () => Promise<Done> }>({
    run: async ({ models, run }) => {
      setBusy(models.map(({ ref }) => ref))
      return await run().finally(() => setBusy([]))
    },
    done: ({ done, refused }) =>
      refused.length === 0
        ? t('admin.models.changed', { count: done })
        : `${t('admin.models.changed', { count: done })} ${t('admin.models.refused', { count: refused.length })} ${refused.slice(0, 3).join('; ')}`,
    onSuccess: onDone,
  })
  const start = (models: readonly CatalogModel[], run: () => Promise<Done>): void => act.mutate({ models, run })
  const edit = (model: CatalogModel, body: ModelEdit): void =>
    start([model], async () => await eachOf([model], async () => await change(model, body)))
  const editAll = (models: readonly CatalogModel[], body: ManyEdit): void => {
    const [first] = models
    if (first !== undefined && models.length === 1) return edit(first, body)
    start(models, async () => await changeAll(models, body))
  }
  const setActive = (models: readonly CatalogModel[], active: boolean): void => {
    if (active) return editAll(models, { active })
    const off = (): void => editAll(models, { active: false })
    // One can be switched on again with the same click; many cannot.
    if (models.length === 1) return off()
    confirm({
      title: t('admin.models.offTitle', { count: models.length }),
      text: t('admin.models.offHint'),
      confirm: t('admin.models.switchOff'),
      onConfirm: off,
    })
  }
  return {
    isBusy: ({ ref }) => busy.includes(ref),
    isWorking: busy.length > 0,
    setActive,
    edit,
    editAll,
    remove: (models) =>
      confirm({
        title: t('admin.models.removeTitle', { count: models.length, name: models[0]?.ref ?? '' }),
        text: t('admin.models.removeHint'),
        confirm: t('admin.models.remove'),
        onConfirm: () =>
          start(models, async () =>
            eachOf(models, async (model) => await call(deleteCatalogModel, { params: nameOf(model) })),
          ),
      }),
    test: onTest,
    openForm: (model) => onForm(model ?? null),
  }
}
