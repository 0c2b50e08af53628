'use client'

import dynamic from 'next/dynamic'
import { usePathname } from 'next/navigation'
import type { ScreensProps } from './screens.tsx'

/** A part of its own, because a layout's scripts are loaded for every page below it, and the wall's have to stay few. */
const Screens = dynamic(() => import('./screens.tsx').then((part) => part.Screens))

/** The shell around a screen; nothing around the wall, which is looked at and not used. */
export function Frame(props: ScreensProps) {
  return usePathname() === '/wall' ? props.children : <Screens {...props} />
}
