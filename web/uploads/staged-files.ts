/** Files dropped anywhere wait here until their options are chosen on the upload page. */
import { createContext, useContext } from 'react'

export interface StagedFiles {
  files: readonly File[]
  /** Adds files and opens the upload page. */
  stage: (files: readonly File[]) => void
  unstage: (file: File) => void
}

export const StagedContext = createContext<StagedFiles | null>(null)

export const useStagedFiles = (): StagedFiles => {
  const staged = useContext(StagedContext)
  if (staged === null) throw new Error('No staged files above this component')
  return staged
}
