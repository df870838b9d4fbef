"""The embedded search engine: documents in, ranked results out; knows neither Django nor the database."""
