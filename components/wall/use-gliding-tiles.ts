import { type RefObject, useLayoutEffect, useRef } from 'react'

const GLIDE_MS = 400

interface Place {
  x: number
  y: number
}

/**
 * Animates tiles to their new positions if their order or number changes, so that a viewer can follow them. There is no
 * animation if the user prefers reduced motion or the size of the window changed.
 * @returns React ref for the list of tiles
 */
export function useGlidingTiles(): RefObject<HTMLOListElement | null> {
  const list = useRef<HTMLOListElement>(null)
  const known = useRef({ size: '', places: new Map<HTMLElement, Place>() })
  useLayoutEffect(() => {
    const size = `${window.innerWidth} ${window.innerHeight}`
    const { size: sizeBefore, places: before } = known.current
    const places = list.current ? placesIn(list.current) : new Map<HTMLElement, Place>()
    known.current = { size, places }
    if (size !== sizeBefore || window.matchMedia('(prefers-reduced-motion: reduce)').matches) return
    for (const [tile, to] of places) {
      const from = before.get(tile)
      if (from && (from.x !== to.x || from.y !== to.y)) glide(tile, from, to)
    }
  })
  return list
}

/**
 * Returns the final positions of the tiles in px, relative to the list. The positions are correct even during an
 * animation.
 */
function placesIn(list: HTMLElement): Map<HTMLElement, Place> {
  const { clientWidth, clientHeight } = list
  const tiles = [...list.children].filter((child) => child instanceof HTMLElement)
  return new Map(
    tiles.map((tile) => {
      const [x, y] = ['--x', '--y'].map((name) => Number(tile.style.getPropertyValue(name)) / 100)
      return [tile, { x: (x ?? 0) * clientWidth, y: (y ?? 0) * clientHeight }]
    }),
  )
}

function glide(tile: HTMLElement, from: Place, to: Place): void {
  const away = `translate(${from.x - to.x}px, ${from.y - to.y}px)`
  // with `add`, a previous animation of the tile continues, so that the tile does not jump
  tile.animate({ transform: [away, 'none'] }, { duration: GLIDE_MS, easing: 'ease-out', composite: 'add' })
}
