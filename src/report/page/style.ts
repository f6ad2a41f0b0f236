/** The page's style. Fonts are the reader's own. Colours are the theme's variables. */
export const style = `
*{box-sizing:border-box}
html{scroll-behavior:smooth;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;overflow-wrap:break-word}
a{color:var(--accent)}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
.skip{position:absolute;left:-999px}.skip:focus{left:1rem;top:1rem;background:var(--surface);padding:.5rem 1rem;z-index:2}
.page{max-width:68rem;margin:0 auto;padding:0 1.25rem 4rem}
.masthead{position:relative;display:flex;flex-wrap:wrap;gap:.5rem 2rem;justify-content:space-between;align-items:flex-start;padding:1.5rem 0 1.25rem;border-bottom:2px solid var(--ink)}
.masthead>div{min-width:0;flex:1 1 100%}.masthead form{position:absolute;right:0;top:1.5rem}.masthead h1{padding-right:12rem}
.eyebrow{margin:0;font-size:.8rem;font-weight:600;letter-spacing:.08em;text-transform:uppercase;color:var(--muted)}
h1{margin:.15rem 0 0;font-size:clamp(1.6rem,4.5vw,2.4rem);line-height:1.15;letter-spacing:-.02em;overflow-wrap:anywhere}
h2{margin:0 0 .5rem;font-size:1.45rem;line-height:1.25;letter-spacing:-.01em}
h3{margin:1.5rem 0 .4rem;font-size:1.05rem;line-height:1.3}
h4{margin:.5rem 0 .25rem;font-size:.8rem;font-weight:600;letter-spacing:.03em;color:var(--muted)}
p{margin:.5rem 0;max-width:52rem}
.lead{color:var(--muted);margin-bottom:1rem}
.none{color:var(--muted)}
.note{font-size:.9rem;color:var(--muted)}
.remarks{font-size:.92rem;padding-left:1.2rem;max-width:60rem}
code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.9em}
.warning>p{margin:0 0 .35rem}.warning>p:last-child{margin:0}.warning{margin:1rem 0;max-width:60rem;border-left:4px solid var(--lost);background:var(--sunken);padding:.6rem .9rem}
.theme{display:flex;margin:0;padding:0;border:1px solid var(--line);border-radius:.5rem;background:var(--surface);font-size:.85rem;overflow:hidden}
.theme legend{position:absolute;clip-path:inset(50%);width:1px;height:1px;overflow:hidden;white-space:nowrap}
.theme input{position:absolute;opacity:0;pointer-events:none}
.theme label{padding:.35rem .75rem;cursor:pointer;color:var(--muted)}
.theme label+input+label{border-left:1px solid var(--line)}
.theme input:checked+label{background:var(--ink);color:var(--page);font-weight:600}
.theme input:focus-visible+label{outline:2px solid var(--accent);outline-offset:-3px}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(11rem,1fr));gap:.6rem 1.5rem;margin:1rem 0 0}
.facts div{min-width:0}
.facts dt{font-size:.8rem;color:var(--muted)}
.facts dd{margin:0;overflow-wrap:anywhere;font-weight:500}
nav{margin:1rem 0 0;font-size:.9rem}
nav ul{display:flex;flex-wrap:wrap;gap:.15rem 1.1rem;list-style:none;margin:0;padding:0}
nav a{display:inline-block;padding:.2rem 0;text-decoration:none}nav a:hover{text-decoration:underline}
section{padding-top:2.25rem}
.cards{display:flex;flex-wrap:wrap;gap:1px;margin:1.5rem 0 0;padding:0;list-style:none;background:var(--line);border:1px solid var(--line);border-radius:.75rem;overflow:hidden}
.cards li{flex:1 1 13.5rem;background:var(--surface);padding:1rem 1.1rem;min-width:0}
.cards .name{display:block;font-size:.82rem;color:var(--muted)}
.cards .value{display:block;font-size:1.75rem;line-height:1.25;font-weight:650;letter-spacing:-.02em;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
.cards .detail{display:block;font-size:.82rem;color:var(--muted);line-height:1.4}
.chart{margin:1rem 0 0}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(26rem,100%),1fr));gap:0 2rem}
.pair>*{min-width:0}
.plot{display:block;max-width:100%;height:auto;overflow:visible;color:var(--ink);font-size:12.5px}
.plot text{font-family:inherit;white-space:pre}
.plot.narrow{display:none}
.chart figcaption{font-size:.85rem;color:var(--muted);margin-top:.35rem;max-width:44rem}
.legend{display:flex;flex-wrap:wrap;gap:.15rem 1.1rem;list-style:none;margin:.75rem 0 0;padding:0;font-size:.85rem}
.swatch{display:inline-block;width:.8em;height:.8em;border-radius:.15em;margin-right:.45em;vertical-align:-.05em;print-color-adjust:exact}
.table{overflow-x:auto;margin:1.25rem 0 0;--ground:var(--page);background:linear-gradient(to right,var(--ground) 1rem,transparent) left/2.5rem 100% no-repeat local,linear-gradient(to left,var(--ground) 1rem,transparent) right/2.5rem 100% no-repeat local,linear-gradient(to right,var(--line),transparent) left/.9rem 100% no-repeat scroll,linear-gradient(to left,var(--line),transparent) right/.9rem 100% no-repeat scroll}
table{border-collapse:collapse;width:100%;font-size:.88rem;line-height:1.4}
caption{text-align:left;font-weight:600;padding:0 0 .4rem;font-size:.9rem}
caption span{position:sticky;left:0;display:inline-block;max-width:min(100%,calc(100vw - 2.5rem))}
th,td{padding:.34rem .75rem .4rem 0;border-bottom:1px solid var(--line);vertical-align:baseline;text-align:left;font-weight:400}
tr>:last-child{padding-right:0}
thead th{color:var(--muted);font-size:.8rem;vertical-align:bottom;border-bottom:1px solid var(--muted)}
tbody th{font-weight:500;min-width:6rem}
tbody th small{display:block;font-size:.82rem;font-weight:400;color:var(--muted)}
tbody td.text{min-width:9rem}
td.number small{display:block;white-space:normal;font-size:.82rem;color:var(--muted)}
.up{color:var(--good)}.down{color:var(--bad)}
.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
thead .number{white-space:normal}
.number+.text{padding-left:1rem}
.slim{max-width:36rem}
.wide-first tbody th{min-width:11rem}
.wide-last tbody td:last-child{min-width:18rem}
.bar{display:block;min-width:5.5rem;background:linear-gradient(to right,color-mix(in srgb,var(--tint) 26%,transparent) var(--part),transparent 0);padding:0 .35rem;border-radius:.2rem;print-color-adjust:exact}
details{margin:.6rem 0 0}
summary{cursor:pointer;font-weight:500;padding:.25rem 0;max-width:100%}
details.row{margin:.6rem 0 0;background:var(--surface);border:1px solid var(--line);border-radius:.6rem}
details.row>summary{padding:.7rem .9rem;font-weight:400}
details.row[open]>summary{border-bottom:1px solid var(--line)}
details.row .inside{padding:.9rem}
.row .inside>*+*{margin-top:1rem}
.badge{display:inline-block;font-size:.78rem;font-weight:600;padding:.05rem .5rem;border:1px solid currentColor;border-radius:1rem;white-space:nowrap;margin-right:.35rem}
.state-partial,.state-missing{color:var(--muted);border-style:dashed}.state-failed{color:var(--bad)}.state-stopped{color:var(--lost)}
.id{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.85em;overflow-wrap:anywhere}
.why{color:var(--muted);font-size:.9rem}
.excerpt{display:block;color:var(--muted);font-size:.9rem;white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
.text{unicode-bidi:plaintext}
.prose{font:inherit;white-space:pre-wrap;overflow-wrap:anywhere;background:var(--sunken);border-radius:.4rem;padding:.6rem .75rem;margin:0;max-width:none;font-size:.92rem;unicode-bidi:plaintext;max-height:32rem;overflow:auto}
.sides{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(19rem,100%),1fr));gap:1rem}
.sides>*{min-width:0}
del,ins{text-decoration-thickness:1px;text-underline-offset:.18em;border-radius:.15rem;color:inherit;print-color-adjust:exact;box-decoration-break:clone;-webkit-box-decoration-break:clone}
del{background:var(--removed);text-decoration:underline dashed 1px var(--bad)}
ins{background:var(--added);text-decoration:underline solid 1px var(--good)}
.phrases{list-style:none;margin:0;padding:0;font-size:.92rem}
.phrases li{padding:.3rem 0;border-bottom:1px solid var(--line);overflow-wrap:anywhere;unicode-bidi:plaintext}
.phrases li:has(.tag){padding-inline-start:6.8rem;text-indent:-6.8rem}
.phrases li>*{text-indent:0}
.phrases li:last-child{border-bottom:0}
.phrases .tag{display:inline-block;min-width:6.5rem;font-size:.78rem;font-weight:600;color:var(--tag-ink,var(--muted))}
.phrases s{color:var(--muted)}
.rest{color:var(--muted);font-style:italic}
dl.terms{display:grid;grid-template-columns:minmax(8rem,12rem) 1fr;gap:.6rem 1.5rem;font-size:.92rem}
dl.terms dt{font-weight:600}dl.terms dd{margin:0;max-width:44rem}
footer{margin-top:3rem;border-top:1px solid var(--line);padding-top:1rem;font-size:.85rem;color:var(--muted)}
@media screen and (max-width:44rem){
.masthead{padding-top:1rem}.masthead h1{padding-right:0}.masthead form{position:static;order:-1;margin-left:auto}
.facts{grid-template-columns:repeat(auto-fit,minmax(8.5rem,1fr))}
.wide-first tbody th{min-width:8rem}
.page{padding:0 1rem 3rem}
.plot.wide{display:none}.plot.narrow{display:block;width:100%;max-width:27rem}
.cards li{flex-basis:9.5rem;padding:.8rem .85rem}.cards .value{font-size:1.4rem}
dl.terms{grid-template-columns:1fr;gap:.15rem}dl.terms dd{margin-bottom:.7rem}
}
@media print{
body{background:#fff;font-size:10.5pt}
.page{max-width:none;padding:0}
.masthead form,nav,.skip{display:none}
.pair{grid-template-columns:1fr 1fr}
summary{list-style:none}
section{padding-top:1.5rem}
h2,h3{break-after:avoid}
.chart,tr,.cards li,.cards{break-inside:avoid}
.table{overflow:visible;background:none}
.prose{max-height:none;overflow:visible}
details::details-content{content-visibility:visible;block-size:auto}
a{color:inherit;text-decoration:none}
}
@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
`;
