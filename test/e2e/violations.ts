/** What axe finds on a page once it stands still: a dialog that is still fading in has too little contrast. */
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'

/** A change shows its animations in the frame after it, and the end of one may begin the next: so until a frame has none. */
const untilStill = (page: Page): Promise<void> =>
  page.evaluate(async () => {
    const nextFrame = async (): Promise<void> => {
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
    }
    const ending = (): Animation[] =>
      document
        .getAnimations()
        .filter((one) => one.effect?.getComputedTiming().iterations !== Number.POSITIVE_INFINITY)
        .filter((one) => one.playState === 'running')
    await nextFrame()
    for (let animations = ending(); animations.length > 0; animations = ending()) {
      await Promise.allSettled(animations.map((one) => one.finished))
      await nextFrame()
    }
  })

/** A line for each element that breaks a rule. */
export const violationsOf = async (page: Page): Promise<string[]> => {
  await untilStill(page)
  const found = await new AxeBuilder({ page }).analyze()
  return found.violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.html.slice(0, 200)} ${node.failureSummary ?? ''}`),
  )
}
