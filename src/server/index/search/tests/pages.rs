//! Pages when what they show changes, suggestions and exports.
