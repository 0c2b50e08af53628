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

export interface ConfirmPanelProps extends OpenPanel {
  /** names what it is about: `Revoke token “ci”?` */
  question: string
  /** what stops working */
  effect: string
  /** the word on the button that does it: `Revoke` */
  action: string
  /** the dialog closes when it is over; whoever has the button shows why it failed */
  onConfirm: () => Promise<unknown>
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
