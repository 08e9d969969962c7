/** What axe finds on a page once it stands still: a dialog that is still fading in has too little contrast. */
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'

const untilStill = (page: Page): Promise<void> =>
  page.evaluate(async () => {
    const ending = document
      .getAnimations()
      .filter((one) => one.effect?.getComputedTiming().iterations !== Number.POSITIVE_INFINITY)
    await Promise.allSettled(ending.map((one) => one.finished))
  })

/** A line for each element that breaks a rule. */
export const violationsOf = async (page: Page): Promise<string[]> => {
  await untilStill(page)
  const found = await new AxeBuilder({ page }).analyze()
  return found.violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.html.slice(0, 200)} ${node.failureSummary ?? ''}`),
  )
}
