import type { ReactNode, RefObject } from 'react'

/** What every panel is given. */
export interface OpenPanel {
  id: string
  isOpen: boolean
  turn: (isOpen: boolean) => void
  /** gets the focus back */
  button: RefObject<HTMLButtonElement | null>
}

export interface PopoverPanelProps extends OpenPanel {
  label: string
  align?: 'start' | 'end'
  className: string
  children: ReactNode
}

export interface DialogPanelProps extends OpenPanel {
  title: ReactNode
  /** below the title */
  about?: ReactNode
  /** beside Close */
  tools?: ReactNode
  /** at the left side it has no head */
  place?: 'center' | 'wide' | 'left' | 'right'
  children: ReactNode
}
