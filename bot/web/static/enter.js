// Follows the link by itself. Previews of a link run no scripts, so they do not spend it.
document.querySelector("form").requestSubmit();
