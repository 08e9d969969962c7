/**
 * Holds the commands of the open page and listens to the keyboard for them. All of it in layout effects: a key pressed on a page
 * that is just seen is one of that page.
 */
import {
  createContext,
  useContext,
  useLayoutEffect,
  useId,
  useMemo,
  useRef,
  useState,
  type ReactElement,
  type ReactNode,
} from 'react'
import { isSingleKey, matchesShortcut, shortcutsOf, type Command } from './command.ts'
import { singleKeysAllowed } from './single-keys.ts'

interface Registry {
  commands: readonly Command[]
  register: (owner: string, commands: readonly Command[]) => void
  unregister: (owner: string) => void
}

const CommandsContext = createContext<Registry | null>(null)

const useRegistry = (): Registry => {
  const registry = useContext(CommandsContext)
  if (registry === null) throw new Error('No commands above this component')
  return registry
}

const isField = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || target.matches('input:not([type=checkbox]):not([type=radio]), textarea, select'))

/** Space and arrows belong to the control that has the focus. */
const isTaken = (press: KeyboardEvent): boolean =>
  press.target instanceof HTMLElement &&
  /^( |Enter|Arrow)/u.test(press.key) &&
  press.target.closest('button, a, [role=slider], [role=menu], [role=option], [role=tab], [role=combobox], summary') !==
    null

const isWanted = (command: Command, press: KeyboardEvent): boolean => {
  if (command.disabled === true) return false
  const shortcut = shortcutsOf(command).find((candidate) => matchesShortcut(candidate, press))
  if (shortcut === undefined) return false
  if (isField(press.target)) return command.inFields === true
  if (document.querySelector('[role=dialog]') !== null && command.inFields !== true) return false
  return !isSingleKey(shortcut) || (singleKeysAllowed() && !isTaken(press))
}

export const CommandsProvider = ({ children }: { children: ReactNode }): ReactElement => {
  const [owners, setOwners] = useState<ReadonlyMap<string, readonly Command[]>>(new Map())
  const commands = useMemo(() => [...owners.values()].flat(), [owners])
  const latest = useRef(commands)
  useLayoutEffect(() => {
    latest.current = commands
  }, [commands])
  useLayoutEffect(() => {
    const onKey = (press: KeyboardEvent): void => {
      if (press.defaultPrevented || press.isComposing) return
      // The page's own commands come after those of the frame, and win.
      const command = latest.current.findLast((candidate) => isWanted(candidate, press))
      if (command === undefined) return
      press.preventDefault()
      command.run()
    }
    globalThis.addEventListener('keydown', onKey)
    return () => globalThis.removeEventListener('keydown', onKey)
  }, [])
  const [actions] = useState(() => ({
    register: (owner: string, list: readonly Command[]) => setOwners((all) => new Map(all).set(owner, list)),
    unregister: (owner: string) =>
      setOwners((all) => {
        const rest = new Map(all)
        rest.delete(owner)
        return rest
      }),
  }))
  const registry = useMemo(() => ({ commands, ...actions }), [commands, actions])
  return <CommandsContext value={registry}>{children}</CommandsContext>
}

export const useCommandList = (): readonly Command[] => useRegistry().commands

/** Offers commands while the component is on the page. */
export const useCommands = (commands: readonly Command[]): void => {
  const { register, unregister } = useRegistry()
  const owner = useId()
  const latest = useRef(commands)
  useLayoutEffect(() => {
    latest.current = commands
  })
  // Only what is shown decides about telling the registry; `run` is looked up when it is needed.
  const shown = JSON.stringify(commands.map(({ run: _run, ...rest }) => rest))
  useLayoutEffect(() => {
    register(
      owner,
      latest.current.map((command, index) => ({ ...command, run: () => latest.current[index]?.run() })),
    )
  }, [owner, register, shown])
  useLayoutEffect(() => () => unregister(owner), [owner, unregister])
}
