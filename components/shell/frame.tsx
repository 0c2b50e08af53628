'use client'

import dynamic from 'next/dynamic'
import { usePathname } from 'next/navigation'
import type { ScreensProps } from './screens.tsx'

/** Loaded separately: a layout's scripts load for every page below it, and the wall needs few. */
const Screens = dynamic(() => import('./screens.tsx').then((part) => part.Screens))

/** The shell around a page; none around the wall, and none for whom there is nothing to see. */
export function Frame({ caller, ...props }: Omit<ScreensProps, 'caller'> & { caller: ScreensProps['caller'] | null }) {
  return usePathname() === '/wall' || !caller ? props.children : <Screens caller={caller} {...props} />
}
