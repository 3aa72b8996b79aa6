import type { Language } from '../../../src-main/contract/values.ts'
import { type Choice, choices, type Decline, declines, type PageWords, pageWords } from './page-words.ts'
import type { HttpReply } from './wallet-wire.ts'

/** The last requests, what stands, and what happens next at a click. */
export function page(language: Language): HttpReply {
  return {
    status: 200,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy':
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'",
      'cache-control': 'no-store',
    },
    body: html(language, pageWords[language]),
  }
}

function buttons(words: PageWords): string {
  const chosen = (Object.keys(choices) as Choice[]).map((choice) =>
    button(words.choices[choice], [{ match: { operation: 'pay' }, do: choices[choice] }]),
  )
  const declined = (Object.keys(declines) as Decline[]).map((decline) =>
    button(
      words.declines[decline],
      (['alipay', 'wechat'] as const).map((wallet) => ({
        match: { operation: 'pay', wallet },
        do: { kind: 'decline', code: declines[decline][wallet] },
      })),
    ),
  )
  return [...chosen, ...declined].join('')
}

function button(label: string, rules: unknown): string {
  return `<button data-rules='${JSON.stringify(rules)}'>${label}</button>`
}

function head(columns: readonly string[], moneyFrom = columns.length): string {
  return columns.map((column, at) => `<th${at >= moneyFrom ? ' class="money"' : ''}>${column}</th>`).join('')
}

function html(language: Language, words: PageWords): string {
  return `<!doctype html><html lang="${language}"><meta charset="utf-8"><title>${words.title}</title>
<meta name="viewport" content="width=device-width">
<style>
body{font:15px/1.45 system-ui,sans-serif;margin:0;color:#12202b;background:#f4f6f8}
header{background:#12202b;color:#fff;padding:14px 24px}h1{font-size:20px;margin:0}header p{margin:2px 0 0;opacity:.75}
main{max-width:1100px;margin:0 auto;padding:20px 24px}h2{font-size:15px;margin:26px 0 8px}
button{font:inherit;margin:0 8px 8px 0;padding:8px 14px;border:1px solid #b9c4cd;border-radius:8px;background:#fff;cursor:pointer}
button:hover{border-color:#0a7}button:focus-visible{outline:3px solid #0a7}
table{border-collapse:collapse;width:100%;background:#fff;border-radius:8px;overflow:hidden}
th,td{padding:6px 10px;text-align:left;border-bottom:1px solid #e6ebef;font-variant-numeric:tabular-nums}
th{font-weight:600;color:#52616d}.money{text-align:right}
</style>
<header><h1>${words.title}</h1><p>${words.about}</p></header>
<main>
<h2>${words.next}</h2>
<div id="choices">${buttons(words)}<button id="clear">${words.forget}</button></div>
<p>${words.waiting}: <strong id="rules">0</strong></p>
<h2>${words.payments}</h2>
<table><thead><tr>${head(words.paymentColumns, 4)}</tr></thead><tbody id="charges"></tbody></table>
<h2>${words.requests}</h2>
<table><thead><tr>${head(words.requestColumns)}</tr></thead><tbody id="requests"></tbody></table>
</main>
<script>
const words=${JSON.stringify({ refused: words.refused, noAnswer: words.noAnswer })}
const get=async p=>(await fetch(p)).json()
const cell=(row,text,money)=>{const c=row.insertCell();c.textContent=text??'';if(money)c.className='money'}
const fill=(id,list,cells)=>{const body=document.createElement('tbody');body.id=id;for(const one of list)cells(body.insertRow(),one);document.getElementById(id).replaceWith(body)}
const yuan=minor=>(minor/100).toFixed(2)
async function look(){
  const [{requests},{charges},{rules}]=await Promise.all([get('/control/log'),get('/control/charges'),get('/control/script')])
  document.getElementById('rules').textContent=rules.length
  fill('charges',charges.slice(-30).reverse(),(row,t)=>{cell(row,t.wallet);cell(row,t.outTradeNo);cell(row,t.state);cell(row,t.payer);cell(row,yuan(t.chargedMinor),true);cell(row,yuan(t.returnedMinor),true)})
  fill('requests',requests.slice(-40).reverse(),(row,r)=>{cell(row,new Date(r.atMs).toLocaleTimeString());cell(row,r.wallet);cell(row,r.operation??words.refused);cell(row,r.outTradeNo);cell(row,r.code??words.noAnswer);cell(row,r.actions.map(a=>a.kind).join(', '))})
}
document.getElementById('choices').addEventListener('click',async event=>{
  const rules=event.target.dataset.rules
  if(event.target.id==='clear')await fetch('/control/script',{method:'DELETE'})
  else if(rules)await fetch('/control/script',{method:'POST',headers:{'content-type':'application/json'},body:JSON.stringify({rules:JSON.parse(rules)})})
  else return
  await look()
})
look();setInterval(look,1000)
</script></html>`
}
