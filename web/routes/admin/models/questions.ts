/** Which models a check asks whether they answer, and what that may cost, as it is written in the dialog. */
export type Which = 'none' | 'unconfirmed' | 'active'
export const whichModels = ['none', 'unconfirmed', 'active'] as const satisfies readonly Which[]

export interface Questions {
  which: Which
  most: number | string
  budgetUsd: number | string
}

export const noQuestions: Questions = { which: 'none', most: 40, budgetUsd: 0.5 }

export const toProbe = ({ which, most, budgetUsd }: Questions) =>
  which === 'none' ? false : { which, most: Number(most), budgetUsd: Number(budgetUsd) }

export const isWhole = ({ which, most, budgetUsd }: Questions): boolean =>
  which === 'none' || (Number(most) >= 1 && budgetUsd !== '')
