#pragma once

#include <string_view>

namespace assay::report {

// The style sheet of the page. No font, picture or script is loaded from anywhere.
inline constexpr std::string_view style_sheet = R"(
:root{color-scheme:light dark;--ground:#fdfdfb;--ink:#1c1f24;--faint:#666c76;--rule:#dcdfe4;
--mark:#1d5fa8;--soft:#9cc0e6;--bad:#b3261e;--bad-ground:#fbeceb;--warn:#8a5a00;
--warn-ground:#fdf4e0;--good:#1d7a46;--a:#1d5fa8;--b:#c2571a;--c:#6b4fa0;--d:#1d7a46}
@media (prefers-color-scheme:dark){:root{--ground:#15171a;--ink:#e6e8eb;--faint:#9aa1ab;
--rule:#33383f;--mark:#7db4ee;--soft:#2f5479;--bad:#ff8a80;--bad-ground:#3a1f1d;--warn:#f0c05a;
--warn-ground:#332a14;--good:#6cc893;--a:#7db4ee;--b:#f2a270;--c:#b9a2ea;--d:#6cc893}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0 auto;max-width:70rem;padding:1.5rem 1.25rem 4rem;background:var(--ground);
color:var(--ink);font:16px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
h1{font-size:1.6rem;line-height:1.25;margin:0 0 .25rem}
h2{font-size:1.2rem;margin:2.5rem 0 .5rem;padding-top:.75rem;border-top:1px solid var(--rule)}
h3{font-size:1rem;margin:1.5rem 0 .25rem}
p{margin:.4rem 0}
.faint,small{color:var(--faint)}
small{font-size:.85rem}
ul{margin:.4rem 0;padding-left:1.2rem}
.box{border-left:4px solid var(--warn);background:var(--warn-ground);padding:.5rem .9rem;
margin:.5rem 0;border-radius:0 4px 4px 0}
.box.bad{border-color:var(--bad);background:var(--bad-ground)}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(9rem,1fr));gap:.5rem 1.5rem;
margin:1rem 0}
.facts div{border-top:2px solid var(--rule);padding-top:.25rem}
.facts b{display:block;font-size:1.25rem;font-variant-numeric:tabular-nums}
.row{display:grid;grid-template-columns:23rem 1fr 13.5rem;gap:0 1rem;align-items:center;
min-height:1.9rem;break-inside:avoid}
.row .num{font-variant-numeric:tabular-nums;text-align:right;font-size:.9rem}
.row small{white-space:nowrap}
.row.refused,.row.refused .num{color:var(--faint)}
.tag{color:var(--bad);font-weight:600;white-space:nowrap}
.tag.calm{color:var(--faint);font-weight:400;font-size:.85rem}
.bar .num b{font-weight:600}
svg{display:block;width:100%;height:1.9rem;overflow:visible}
svg *{vector-effect:non-scaling-stroke}
svg.tall{height:9rem}
svg.map{height:16rem}
.grid{stroke:var(--rule);stroke-width:1}
.limit{stroke:var(--warn);stroke-width:1.5;stroke-dasharray:4 3}
.span{stroke:var(--mark);stroke-width:2}
.dot{stroke-width:10;stroke-linecap:round;stroke:var(--mark)}
.off{stroke:var(--faint);stroke-dasharray:3 3}
.dot.off{stroke-dasharray:none;stroke-width:8}
.fill{fill:var(--mark)}.soft{fill:var(--soft)}.low{fill:var(--bad)}.rest{fill:var(--rule)}
.s0{fill:var(--b)}.s1{fill:var(--c)}.s2{fill:var(--bad)}.s3{fill:var(--d)}.s4{fill:var(--faint)}
.curve{fill:none;stroke:var(--mark);stroke-width:2}
.ticks{position:relative;height:1.3rem;font-size:.8rem;color:var(--faint);
font-variant-numeric:tabular-nums}
.ticks span{position:absolute;transform:translateX(-50%);white-space:nowrap}
.axis{display:grid;grid-template-columns:23rem 1fr 13.5rem;gap:0 1rem}
.axis .ticks{grid-column:2}
.why{margin:.1rem 0 .6rem;font-size:.9rem}
.plot{position:relative;padding-left:2.4rem}
.plot .up{position:absolute;left:0;transform:translateY(-50%);font-size:.8rem;color:var(--faint)}
.key{display:flex;flex-wrap:wrap;gap:.25rem 1rem;font-size:.85rem;color:var(--faint)}
.key i{display:inline-block;width:.8em;height:.8em;margin-right:.35em;border-radius:2px}
.scroll{overflow-x:auto}
table{border-collapse:collapse;font-size:.9rem;font-variant-numeric:tabular-nums;width:100%}
th,td{text-align:right;padding:.25rem .6rem;border-bottom:1px solid var(--rule);white-space:nowrap}
th:first-child,td:first-child,.text{text-align:left}
.good{color:var(--good);font-weight:600}.badly{color:var(--bad);font-weight:600}
th{font-weight:600;color:var(--faint)}
footer{margin-top:3rem;border-top:1px solid var(--rule);padding-top:.5rem}
@media (max-width:46rem){body{padding:1rem .9rem 3rem}
.row{grid-template-columns:1fr;padding:.35rem 0}
.row .num{text-align:left;grid-row:2}
.row.refused svg.empty{display:none}
.axis{grid-template-columns:1fr}.axis .ticks{grid-column:1}
.ticks span:nth-child(even){display:none}}
@media print{:root{color-scheme:light;--ground:#fff;--ink:#000;--faint:#444;--rule:#bbb;
--mark:#1d5fa8;--soft:#9cc0e6;--bad:#b3261e;--bad-ground:#fff;--warn:#8a5a00;--warn-ground:#fff}
body{max-width:none;padding:0;font-size:11pt}h2{break-after:avoid}section{break-inside:auto}}
)";

}  // namespace assay::report
