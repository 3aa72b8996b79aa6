import type { HttpReply } from './wallet-wire.ts'

/** What a person may choose for the next payment, in the words of the page. */
const choices: readonly { readonly label: string; readonly does: object }[] = [
  { label: 'Approve', does: { kind: 'approve' } },
  { label: 'Ask the buyer; pays after 6 s', does: { kind: 'waitBuyer', ms: 6000 } },
  { label: 'Ask the buyer; refuses after 6 s', does: { kind: 'waitBuyer', ms: 6000, then: 'refuse' } },
  { label: 'Ask the buyer; never answers', does: { kind: 'waitBuyer', then: 'never' } },
  { label: 'Charge and lose the reply', does: { kind: 'loseReply' } },
  { label: 'Charge and answer after 8 s', does: { kind: 'delay', ms: 8000 } },
  { label: 'Charge and answer twice', does: { kind: 'answerTwice' } },
  { label: 'Charge and answer garbage', does: { kind: 'garbage', form: 'html' } },
  { label: 'Charge and sign with a wrong key', does: { kind: 'garbage', form: 'otherKey' } },
  { label: 'Be down for 20 s', does: { kind: 'down', ms: 20_000 } },
]
const declines = [
  { label: 'Not enough money', alipay: 'ACQ.BUYER_BALANCE_NOT_ENOUGH', wechat: 'NOT_ENOUGH' },
  { label: 'Code expired', alipay: 'ACQ.PAYMENT_AUTH_CODE_INVALID', wechat: 'AUTH_CODE_EXPIRE' },
  { label: 'Over the limit', alipay: 'ACQ.PRODUCT_AMOUNT_LIMIT_ERROR', wechat: 'RULE_LIMIT' },
]

/** The last requests, what stands, and what happens next at a click. */
export function page(): HttpReply {
  return {
    status: 200,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy':
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'",
      'cache-control': 'no-store',
    },
    body: html,
  }
}

const buttons = [
  ...choices.map(({ label, does }) => button(label, [{ match: { operation: 'pay' }, do: does }])),
  ...declines.map(({ label, alipay, wechat }) =>
    button(`Decline: ${label.toLowerCase()}`, [
      { match: { operation: 'pay', wallet: 'alipay' }, do: { kind: 'decline', code: alipay } },
      { match: { operation: 'pay', wallet: 'wechat' }, do: { kind: 'decline', code: wechat } },
    ]),
  ),
].join('')

function button(label: string, rules: unknown): string {
  return `<button data-rules='${JSON.stringify(rules)}'>${label}</button>`
}

const html = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Wallet simulator</title>
<meta name="viewport" content="width=device-width">
<style>
body{font:15px/1.45 system-ui,sans-serif;margin:0;color:#12202b;background:#f4f6f8}
header{background:#12202b;color:#fff;padding:14px 24px}h1{font-size:20px;margin:0}header p{margin:2px 0 0;opacity:.75}
main{max-width:1100px;margin:0 auto;padding:20px 24px}h2{font-size:15px;margin:26px 0 8px}
button{font:inherit;margin:0 8px 8px 0;padding:8px 14px;border:1px solid #b9c4cd;border-radius:8px;background:#fff;cursor:pointer}
button:hover{border-color:#0a7}button:focus-visible{outline:3px solid #0a7}
table{border-collapse:collapse;width:100%;background:#fff;border-radius:8px;overflow:hidden}
th,td{padding:6px 10px;text-align:left;border-bottom:1px solid #e6ebef;font-variant-numeric:tabular-nums}
th{font-weight:600;color:#52616d}code{font:13px ui-monospace,monospace}.money{text-align:right}
</style>
<header><h1>Wallet simulator</h1><p>Alipay and WeChat Pay, as a merchant's server meets them. No real money.</p></header>
<main>
<h2>The next payment</h2><div id="choices">${buttons}<button id="clear">Forget all rules</button></div>
<p>Waiting rules: <strong id="rules">0</strong></p>
<h2>Payments</h2><table><thead><tr><th>Wallet<th>Number<th>State<th>Payer<th class="money">Charged<th class="money">Given back</thead><tbody id="charges"></tbody></table>
<h2>Last requests</h2><table><thead><tr><th>Time<th>Wallet<th>Operation<th>Number<th>Answer<th>Made of it</thead><tbody id="requests"></tbody></table>
</main>
<script>
const get=async p=>(await fetch(p)).json()
const cell=(row,text,money)=>{const c=row.insertCell();c.textContent=text??'';if(money)c.className='money'}
const fill=(id,list,cells)=>{const body=document.createElement('tbody');body.id=id;for(const one of list)cells(body.insertRow(),one);document.getElementById(id).replaceWith(body)}
const yuan=minor=>(minor/100).toFixed(2)
async function look(){
  const [{requests},{charges},{rules}]=await Promise.all([get('/control/log'),get('/control/charges'),get('/control/script')])
  document.getElementById('rules').textContent=rules.length
  fill('charges',charges.slice(-30).reverse(),(row,t)=>{cell(row,t.wallet);cell(row,t.outTradeNo);cell(row,t.state);cell(row,t.payer);cell(row,yuan(t.chargedMinor),true);cell(row,yuan(t.returnedMinor),true)})
  fill('requests',requests.slice(-40).reverse(),(row,r)=>{cell(row,new Date(r.atMs).toLocaleTimeString());cell(row,r.wallet);cell(row,r.operation??'refused');cell(row,r.outTradeNo);cell(row,r.code??'no answer');cell(row,r.actions.map(a=>a.kind).join(', '))})
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
