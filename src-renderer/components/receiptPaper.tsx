import type { ReactNode } from 'react'
import type { ReceiptBlock, ReceiptDocument } from '../../src-main/contract/receipt.ts'
import { unreachable } from '../../src-main/contract/result.ts'
import { QrCode } from './qrCode.tsx'

function Block({ block }: { readonly block: ReceiptBlock }): ReactNode {
  switch (block.kind) {
    case 'title':
      return <p className="receipt-title">{block.text}</p>
    case 'text':
      return (
        <p className="receipt-text" data-align={block.align} data-bold={block.bold || undefined}>
          {block.text}
        </p>
      )
    case 'columns':
      return (
        <p className="receipt-columns" data-emphasis={block.emphasis}>
          <span>{block.left}</span>
          <span>{block.right}</span>
        </p>
      )
    case 'rule':
      return <hr className="receipt-rule" />
    case 'space':
      return <div className="receipt-space" />
    case 'qr':
      return (
        <div className="receipt-qr">
          <QrCode text={block.data} label={block.caption} />
          <p>{block.caption}</p>
        </div>
      )
    case 'barcode':
      return (
        <p className="receipt-text" data-align="center">
          {block.data}
        </p>
      )
    default:
      return unreachable(block)
  }
}

/** The receipt as the printer puts it on paper: slides out of a slot. */
export function ReceiptPaper({ receipt }: { readonly receipt: ReceiptDocument }): ReactNode {
  return (
    <div className="receipt-slot" aria-hidden="true">
      <div className="receipt-paper" lang={receipt.language}>
        {receipt.blocks.map((block, index) => (
          <Block key={index} block={block} />
        ))}
      </div>
    </div>
  )
}
