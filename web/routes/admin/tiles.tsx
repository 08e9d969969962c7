import type { ReactElement } from 'react'
import classes from './admin.module.css'

export interface Tile {
  label: string
  value: string
  hint?: string | undefined
}

/** A few numbers that matter most, large. */
export const Tiles = ({ tiles }: { tiles: readonly Tile[] }): ReactElement => (
  <div className={classes.tiles}>
    {tiles.map(({ label, value, hint }) => (
      <dl key={label} className={`card ${classes.tile ?? ''}`} style={{ margin: 0 }}>
        <dt>{label}</dt>
        <dd>{value}</dd>
        {hint !== undefined && <dd style={{ fontSize: '0.75rem', fontWeight: 400 }}>{hint}</dd>}
      </dl>
    ))}
  </div>
)
