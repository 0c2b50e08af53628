import {
  cloneElement,
  type ComponentProps,
  type ComponentType,
  type ReactElement,
  useEffect,
  useEffectEvent,
  useId,
  useRef,
  useState,
} from 'react'
import { useToast } from '../toast.tsx'
import type { ConfirmPanelProps, DialogPanelProps, OpenPanel, PopoverPanelProps } from './panel-props.ts'

interface Opening {
  /** opens it */
  trigger?: ReactElement<ComponentProps<'button'>>
  /** where somebody else says when it is open */
  open?: boolean
  onOpenChange?: (isOpen: boolean) => void
  /** it is open until this is called */
  onClose?: () => void
}

/**
 * A button and what it opens. The panel, with the library that places it and keeps the focus, is loaded when somebody is about to open it
 * (ADR 0041).
 */
export function openedPanel<Props extends OpenPanel>(load: () => Promise<{ default: ComponentType<Props> }>) {
  return function Opened({ trigger, open, onOpenChange, onClose, ...own }: Opening & Omit<Props, keyof OpenPanel>) {
    const notify = useToast()
    const button = useRef<HTMLButtonElement>(null)
    const id = useId()
    const [isOwnOpen, setOwnOpen] = useState(false)
    const [Part, setPart] = useState<ComponentType<Props> | null>(null)
    const isOpen = open ?? (onClose !== undefined || isOwnOpen)
    const turn = (next: boolean) => {
      setOwnOpen(next)
      onOpenChange?.(next)
      if (!next) onClose?.()
    }
    const fail = useEffectEvent(() => {
      turn(false)
      notify({ tone: 'down', title: 'This could not be loaded', detail: 'Check the connection, then try again.' })
    })
    const isMissing = isOpen && !Part
    useEffect(() => {
      if (!isMissing) return
      load().then(
        (part) => setPart(() => part.default),
        () => fail(),
      )
    }, [isMissing])
    const ahead = () => void load().catch(() => null)
    const given = { ...own, id, isOpen, turn, button } as unknown as Props
    return (
      <>
        {trigger &&
          cloneElement(trigger, {
            ref: button,
            'aria-haspopup': 'dialog',
            'aria-expanded': isOpen,
            'aria-controls': isOpen && Part ? id : undefined,
            onPointerEnter: ahead,
            onFocus: ahead,
            onClick: () => turn(!isOpen),
          })}
        {Part && <Part {...given} />}
      </>
    )
  }
}

/** What opens beside its button; its width is set by `className`, at most the screen's. */
export const Popover = openedPanel<PopoverPanelProps>(() => import('./popover-panel.tsx'))
/** A dialog with its button, if it has one. */
export const DialogFrame = openedPanel<DialogPanelProps>(() => import('./dialog-panel.tsx'))
/** A button that asks before it does what can't be undone. */
export const ConfirmButton = openedPanel<ConfirmPanelProps>(() => import('./confirm-panel.tsx'))
