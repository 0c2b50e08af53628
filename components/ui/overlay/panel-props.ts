import type { ReactNode, RefObject } from 'react'

/** Properties that every panel (popover or dialog) receives. */
export interface ControlledPanelProps {
  id: string
  isOpen: boolean
  turn: (isOpen: boolean) => void
  /** element that gets the focus after closing */
  button: RefObject<HTMLButtonElement | null>
}

export interface PopoverPanelProps extends ControlledPanelProps {
  label: string
  align?: 'start' | 'end'
  className: string
  children: ReactNode
}

export interface ConfirmPanelProps extends ControlledPanelProps {
  /** question that names the subject: `Revoke token “ci”?` */
  question: string
  /** text about the effect of the action */
  effect: string
  /** label of the confirming button: `Revoke` */
  action: string
  /** runs the action; the dialog closes after it, and the parent component shows an error */
  onConfirm: () => Promise<unknown>
}

export interface DialogPanelProps extends ControlledPanelProps {
  title: ReactNode
  /** content below the title */
  about?: ReactNode
  /** content next to the Close button */
  tools?: ReactNode
  /** position on the screen; a dialog at the left edge has no visible title */
  place?: 'center' | 'wide' | 'left' | 'right'
  children: ReactNode
}
