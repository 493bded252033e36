/** How the drawing looks. A reader's own choice of light or dark decides. */
export const STYLE = `
text{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;fill:#1f2933}
.s11{font-size:11px}.s12{font-size:12px}.s13{font-size:13px}.s14{font-size:14px}.s20{font-size:20px}
.strong{font-weight:600}.middle{text-anchor:middle}.end{text-anchor:end}
text.soft{fill:#52606d}text.faint{fill:#7b8794}text.safe{fill:#0b7261}
.page{fill:#ffffff}
.outside{fill:#e4ecf7;stroke:#9fb3c8}
.network{fill:#f5f7fa;stroke:#9fb3c8}
.network.existing{stroke-dasharray:6 4}
.subnet{fill:#ffffff;stroke:#bcccdc}
.group{fill:#eaf3ff;stroke:#4c84c6}
.badge{fill:#2f6db3}text.badge-text{fill:#ffffff}
.front{fill:#fff6e5;stroke:#d69a2d}
.exit{fill:#e6f6f1;stroke:#2f9e86}
.edge{fill:none;stroke-width:1.6}
.edge.open{stroke:#b7791f}.edge.closed{stroke:#9aa5b1;stroke-dasharray:5 4}.edge.out{stroke:#2f9e86}
.head.open{fill:#b7791f}.head.closed{fill:#9aa5b1}.head.out{fill:#2f9e86}
@media (prefers-color-scheme:dark){
text{fill:#e4e7eb}text.soft{fill:#b0bac5}text.faint{fill:#8b98a7}text.safe{fill:#6fd6bf}
.page{fill:#12171d}
.outside{fill:#1e2a38;stroke:#48607a}
.network{fill:#181f27;stroke:#48607a}
.subnet{fill:#12171d;stroke:#3b4a59}
.group{fill:#172a41;stroke:#5b94d6}
.front{fill:#332811;stroke:#c08d2f}
.exit{fill:#11302a;stroke:#3cae95}
.edge.open{stroke:#dda63f}.edge.closed{stroke:#66727f}.edge.out{stroke:#3cae95}
.head.open{fill:#dda63f}.head.closed{fill:#66727f}.head.out{fill:#3cae95}
}
`;
