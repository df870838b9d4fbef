from django.urls import URLPattern, URLResolver

app_name = "convention"
urlpatterns: list[URLPattern | URLResolver] = []
