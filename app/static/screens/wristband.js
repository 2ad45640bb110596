// Printing is the only thing this page does.
document.getElementById("print").addEventListener("click", () => window.print());
