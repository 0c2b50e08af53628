import CheckIcon from 'lucide-react/icons/check'
import CopyIcon from 'lucide-react/icons/copy'
import { type ComponentProps, useEffect, useState } from 'react'
import { Button, IconButton } from './button.tsx'

/** Button that copies text to the clipboard and confirms it. Without `children` it shows only an icon. */
export function CopyButton({
  text,
  label,
  children,
  ...props
}: Omit<ComponentProps<'button'>, 'onClick'> & { text: string | (() => string); label: string }) {
  const [copied, onCopied] = useCopied()
  const [width, setWidth] = useState(0)

  const copy = async () => {
    await copyText(typeof text === 'function' ? text() : text)
    onCopied()
  }
  const icon = copied ? <CheckIcon aria-hidden /> : <CopyIcon aria-hidden />
  if (!children) {
    return (
      <IconButton label={copied ? 'Copied' : label} onClick={copy} {...props}>
        {icon}
      </IconButton>
    )
  }
  return (
    <Button
      onClick={(event) => {
        setWidth(event.currentTarget.offsetWidth)
        void copy()
      }}
      // the button keeps at least its original width while it shows the confirmation, so that neighboring elements do
      // not move
      style={copied ? { minWidth: width } : undefined}
      {...props}
    >
      {icon}
      {copied ? 'Copied' : children}
    </Button>
  )
}

/**
 * Returns whether the user copied something in the last seconds (so that the caller can show a confirmation), and a
 * function that the caller calls after copying.
 */
export function useCopied(): [copied: boolean, onCopied: () => void] {
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), 1500)
    return () => clearTimeout(timer)
  }, [copied])
  return [copied, () => setCopied(true)]
}

/**
 * Copies text to the clipboard. The clipboard API is unavailable on a page that is loaded over plain HTTP from another
 * machine, so execCommand is used there.
 */
export async function copyText(text: string): Promise<void> {
  if (navigator.clipboard) return navigator.clipboard.writeText(text)
  const area = document.createElement('textarea')
  area.value = text
  area.style.position = 'fixed'
  area.style.opacity = '0'
  document.body.append(area)
  area.select()
  document.execCommand('copy')
  area.remove()
}
